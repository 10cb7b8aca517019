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

  it.each([
    ['as many words before the arguments as an interpreter needs', ['p', '-u', 'x', '--', 'a'], true],
    ['more words than that', ['p', '-u', 'x', 'y', '--', 'a'], false],
    ['other words at its end', ['p', '-u', 'x', 'y', '--', 'b'], true],
    ['another word among its arguments', ['p', '-u', 'x', 'y', '++', 'a'], true],
    ['fewer words than arguments', ['a'], true],
    ['the arguments alone', ['--', 'a'], true],
  ])('of a line with %s', (_, line, is) => expect(isProgram(line, ['init', '--', 'a'])).toBe(is))

  it('knows the program without arguments from its tool', () => {
    expect(isProgram(['unshare', '--pid', '--', 'init'], ['init'])).toBe(false)
    expect(isProgram(['init'], ['init'])).toBe(true)
    expect(isProgram(['cat', 'a', 'b', 'c'], ['init'])).toBe(true)
    // As many words as an interpreter, an option and the script are.
    expect(isProgram(['p', '-u', 'init'], ['init'])).toBe(true)
    expect(isProgram(['p', '-u', '-v', 'init'], ['init'])).toBe(false)
  })

  it('knows the shells on the way to a terminal', () => {
    const shell = "mount proc && exec env --default-signal 'init' 'x'"
    expect(isProgram(['sh', '-c', shell], ['init', 'x'], shell)).toBe(false)
    expect(isProgram(['env', '--default-signal', 'init', 'x'], ['init', 'x'], shell)).toBe(false)
    expect(isProgram(['init', 'x'], ['init', 'x'], shell)).toBe(true)
    // A program may have such an option too, where no terminal is made.
    expect(isProgram(['env', '--default-signal', 'x'], ['env', '--default-signal', 'x'])).toBe(true)
  })
})
