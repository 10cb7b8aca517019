import { existsSync, lstatSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { build } from './built.ts'
import { Made } from './made.ts'

beforeAll(build, 300_000)

const has = (made: Made): boolean => existsSync(join(made.ws, 'AGENTS.md'))

describe('lab mentor', () => {
  test('writes AGENTS.md, says nothing new the second time, and takes it away', async () => {
    using made = await Made.open()
    expect(await made.json('mentor')).toMatchObject({ outcome: 'written' })
    const text = made.read('AGENTS.md')
    for (const word of [
      '.lab/runs/',
      'result.json',
      'lab explain',
      'lab hint',
      'lab solution',
      'trade-off',
      'failing test',
    ])
      expect(text).toContain(word)
    expect(await made.json('mentor')).toMatchObject({ outcome: 'unchanged' })
    expect(made.read('AGENTS.md')).toBe(text)
    expect(await made.json('mentor', '--remove')).toMatchObject({ outcome: 'removed' })
    expect(has(made)).toBe(false)
    expect(await made.json('mentor', '--remove')).toMatchObject({ outcome: 'absent' })
  })

  test.each(['# Mine\n\nspeak German\n', 'no end of line', '# CRLF\r\n'])(
    'leaves the person’s own text: %j',
    async (own) => {
      using made = await Made.open()
      made.write('AGENTS.md', own)
      expect(await made.json('mentor')).toMatchObject({ outcome: 'added' })
      expect(made.read('AGENTS.md').startsWith(own)).toBe(true)
      made.write('AGENTS.md', `${made.read('AGENTS.md')}\nmore of mine\n`)
      expect(await made.json('mentor')).toMatchObject({ outcome: 'unchanged' })
      expect(await made.json('mentor', '--remove')).toMatchObject({ outcome: 'removed' })
      expect(made.read('AGENTS.md')).toBe(`${own.trimEnd()}${own.endsWith('\r\n') ? '\r' : ''}\n\nmore of mine\n`)
    },
  )

  test('renews what an older version wrote, also after an editor has changed the line ends', async () => {
    using made = await Made.open()
    // sha256 of "old text", 12 digits
    const part = '<!-- drydock mentor 1 c9fbd865f5b1: x -->\nold text\n<!-- drydock mentor end -->\n'
    made.write('AGENTS.md', `above\n\n${part.replaceAll('\n', '\r\n')}below\n`)
    expect(await made.json('mentor')).toMatchObject({ outcome: 'renewed' })
    expect(made.read('AGENTS.md')).toMatch(
      /^above\n\n<!-- drydock mentor 1 [^]*# Drydock[^]*<!-- drydock mentor end -->\nbelow\n$/,
    )
    expect(made.read('AGENTS.md')).not.toContain('old text')
  })

  const part = '<!-- drydock mentor 1 000000000000: x -->\ntext\n<!-- drydock mentor end -->\n'
  test.each([
    ['edited', part, 'was edited'],
    ['no end', part.replace(/<!-- drydock mentor end -->\n/, ''), 'incomplete'],
    ['no beginning', part.replace(/^.*\n/, ''), 'incomplete'],
    ['there twice', part + part, 'incomplete'],
    ['newer', part.replace('mentor 1', 'mentor 2'), 'newer Drydock'],
  ])('refuses a part that is %s, and leaves the file', async (_, text, why) => {
    using made = await Made.open()
    made.write('AGENTS.md', text)
    for (const args of [['mentor'], ['mentor', '--remove']]) {
      const { exitCode, stderr } = await made.run(args)
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining(why)])
      expect(made.read('AGENTS.md')).toBe(text)
    }
  })

  test('follows a symbolic link', async () => {
    using made = await Made.open()
    made.write('ASSISTANT.md', 'mine\n')
    symlinkSync('ASSISTANT.md', join(made.ws, 'AGENTS.md'))
    await made.run(['mentor'])
    expect(lstatSync(join(made.ws, 'AGENTS.md')).isSymbolicLink()).toBe(true)
    expect(made.read('ASSISTANT.md')).toContain('drydock mentor')
    await made.run(['mentor', '--remove'])
    expect(made.read('ASSISTANT.md')).toBe('mine\n')
  })

  test('a workspace that is read-only is told, exit 3', async () => {
    using made = await Made.open()
    const { exitCode, stderr } = await made.alone(
      'mount --bind "$WS" "$WS"; mount -o remount,bind,ro "$WS"; "$LAB" mentor --workspace "$WS"',
    )
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('read-only')])
    expect(has(made)).toBe(false)
  })
})

describe('lab target', () => {
  test('shows what there is and why, and sets it', async () => {
    using made = await Made.open()
    const { exitCode, stdout } = await made.run(['target'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/▸ auto +now local: /)
    expect(stdout).toMatch(/local +this machine; it runs Linux; components run/)
    expect(await made.json('target', 'local')).toMatchObject({ target: 'local', changed: true, auto: 'local' })
    expect(made.read('workspace.yaml')).toMatch(/# where your components run.*\ntarget: local\n/)
    expect((await made.run(['target'])).stdout).toMatch(/▸ local/)
    expect(await made.json('target', 'local')).toMatchObject({ changed: false })
  })

  test('names the nearest for one that there is not, and changes nothing', async () => {
    using made = await Made.open()
    const before = made.read('workspace.yaml')
    const near = await made.run(['target', 'lokal'])
    expect([near.exitCode, near.stderr]).toEqual([2, expect.stringContaining('lab target local')])
    expect((await made.run(['target', 'kubernetes'])).stderr).toContain('There are auto, local, ')
    expect(made.read('workspace.yaml')).toBe(before)
  })
})
