import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CTRL_C, requireScript, terminalCommand } from '../../checkers/kit/host/terminal.ts'

describe('terminalCommand', () => {
  it('quotes each word for the shell on the way', () => {
    const words = ['printf', '<%s>', "it's", 'a  b', '$HOME', '', '\\n']
    const { command, shell } = terminalCommand(words)
    expect(command).toEqual(['unshare', '--pid', '--mount', '--', 'script', '-qefc', shell, '/dev/null'])
    const [mount, rest = ''] = shell.split(' && exec ')
    expect(mount).toBe('mount -n -t proc proc /proc')
    expect(rest).toMatch(/^env --default-signal 'printf' /)
    expect(execFileSync('sh', ['-c', rest]).toString()).toBe("<it's><a  b><$HOME><><\\n>")
  })
})

describe('requireScript', () => {
  let folder = ''
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'script-'))))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('finds it in any folder of the PATH, and only where it can be executed', () => {
    const missing = {
      name: 'EnvironmentFault',
      fault: {
        cause: 'environment',
        what: 'script is not on PATH, and terminals are made with it',
        remedy: expect.stringMatching(/apt-get install bsdutils .*dnf install util-linux-script/) as string,
      },
    }
    const look = (path: string | undefined): unknown => {
      try {
        return requireScript(path)
      } catch (error) {
        return error
      }
    }
    expect(look(undefined)).toMatchObject(missing)
    expect(look(`/nosuch:${folder}`)).toMatchObject(missing)
    writeFileSync(join(folder, 'script'), '#!/bin/sh\n')
    if (process.getuid?.() !== 0) expect(look(folder)).toMatchObject(missing)
    chmodSync(join(folder, 'script'), 0o755)
    expect(look(`/nosuch:${folder}`)).toBeUndefined()
    expect(look(`${folder}:/nosuch`)).toBeUndefined()
  })
})

it('Ctrl-C is the third control character, which termios(3) calls VINTR', () => expect(CTRL_C).toBe('\x03'))
