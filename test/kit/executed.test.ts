import { describe, expect, it } from 'vitest'
import { isProgram } from '../../checkers/kit/host/executed.ts'

const argv = ['/component/init', '--', 'sh', '-c', 'exit 7']

describe('isProgram', () => {
  it.each([
    [
      'the tool that will execute it',
      ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--', ...argv],
      false,
    ],
    ['a process that is between two programs', [], false],
    ['itself', argv, true],
    ['its interpreter', ['python3', '-u', ...argv], true],
    ['what it executed at once', ['cat', '/dev/zero'], true],
    ['a name that it gave itself', ['renamed'], true],
  ])('knows %s', (_, line, is) => expect(isProgram(line, argv)).toBe(is))

  it('knows the program without arguments from its tool', () => {
    expect(isProgram(['unshare', '--pid', '--', 'init'], ['init'])).toBe(false)
    expect(isProgram(['init'], ['init'])).toBe(true)
    expect(isProgram(['cat', 'a', 'b', 'c'], ['init'])).toBe(true)
  })

  it('knows the shells on the way to a terminal', () => {
    const shell = "mount proc && exec env --default-signal 'init' 'x'"
    expect(isProgram(['sh', '-c', shell], ['init', 'x'], shell)).toBe(false)
    expect(isProgram(['env', '--default-signal', 'init', 'x'], ['init', 'x'], shell)).toBe(false)
    expect(isProgram(['init', 'x'], ['init', 'x'], shell)).toBe(true)
  })
})
