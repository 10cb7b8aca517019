import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { EXIT } from '../../src/problem.ts'
import { findWorkspace, requireWorkspace } from '../../src/workspace/find.ts'
import { caught } from '../course/caught.ts'
import { tempFolder } from '../course/sample.ts'

/** `a/` and `b/` are workspaces, `a/init/sub` lies in one, `none/` does not. */
function folders() {
  const folder = tempFolder()
  for (const name of ['a/init/sub', 'b', 'none']) mkdirSync(join(folder.path, name), { recursive: true })
  for (const name of ['a', 'b']) writeFileSync(join(folder.path, name, 'workspace.yaml'), '')
  return folder
}

describe('findWorkspace', () => {
  test.each([
    ['the flag before all', { flag: '../b', env: 'x', cwd: 'a' }, 'b'],
    ['the flag, even of a folder that is none yet', { flag: '../new', cwd: 'a' }, 'new'],
    ['the environment before the folder', { env: '../b', cwd: 'a' }, 'b'],
    ['the folder itself', { cwd: 'a' }, 'a'],
    ['the nearest folder above', { cwd: 'a/init/sub', default: '../../../b' }, 'a'],
    ['the default when it is one', { cwd: 'none', default: '../b' }, 'b'],
    ['nothing when the default is none', { cwd: 'none', default: '../c' }, undefined],
    ['nothing', { cwd: 'none' }, undefined],
    ['an empty flag and environment count as absent', { flag: '', env: '', cwd: 'a' }, 'a'],
  ])('takes %s', (_, options, found) => {
    using folder = folders()
    const dir = findWorkspace({ ...options, cwd: join(folder.path, options.cwd) })
    expect(dir).toBe(found === undefined ? undefined : join(folder.path, found))
  })
})

describe('requireWorkspace', () => {
  test('says how to make one', async () => {
    using folder = folders()
    const cwd = join(folder.path, 'none')
    expect(requireWorkspace({ cwd: join(folder.path, 'a/init') })).toBe(join(folder.path, 'a'))
    const none = await caught(() => requireWorkspace({ cwd }))
    expect(none).toMatchObject({ exitCode: EXIT.usage, text: { what: 'There is no workspace yet.' } })
    expect(none.text.remedy).toContain('lab start')
    const flag = await caught(() => requireWorkspace({ cwd, flag: '../c' }))
    expect(flag.text).toMatchObject({
      what: `${join(folder.path, 'c')} is not a workspace.`,
      where: '--workspace ../c',
      why: 'It does not exist.',
    })
    const env = await caught(() => requireWorkspace({ cwd, env: '.' }))
    expect(env.text).toMatchObject({ where: 'LAB_WORKSPACE=.', why: 'It holds no workspace.yaml.' })
  })
})
