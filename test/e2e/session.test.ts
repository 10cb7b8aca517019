/** The session in README.md is what lab prints: it is recorded again, and compared in what does not vary. */
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

it('the session in README.md', { timeout: 300_000 }, () => {
  const script = join(root, 'scripts', 'session.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  expect(stdout).toMatch(/is what lab prints: \d+ parts compared/)
})
