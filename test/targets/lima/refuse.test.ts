import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { provisioningScript } from '../../../src/targets/lima/provisioning.ts'
import { parseSeen, type Seen } from '../../../src/targets/lima/look.ts'
import { refuse } from '../../../src/targets/lima/refuse.ts'

const good: Seen = { marker: 'd', arch: 'x86_64', freeMegabytes: 9000, behind: 0, engine: true, node: true }

describe('a VM that answers', () => {
  it('is taken where all is right', () => {
    expect(refuse(good, 'd', 'x64')).toBeUndefined()
  })
  it.each([
    ['another architecture', { arch: 'aarch64' }, /of the architecture aarch64, and this machine is x86_64/, /delete/],
    ['a step of its provisioning failed', { marker: '' }, /not set up/, /^lab vm up$/],
    ['another version set it up', { marker: 'old' }, /not set up/, /^lab vm up$/],
    ['its disk is full', { freeMegabytes: 12 }, /disk is full: 12 MB are free, and 300 MB/, /^lab vm reset$/],
  ])('is refused with the command that mends it: %s', (_, seen, what, remedy) => {
    const problem = refuse({ ...good, ...seen }, 'd', 'x64')
    expect(problem?.text.what).toMatch(what)
    expect(problem?.text.remedy).toMatch(remedy)
    expect(problem?.exitCode).toBe(3)
  })
})

describe.skipIf(process.platform !== 'linux')('a look around', () => {
  const script = readFileSync(new URL('../../../src/targets/lima/look.sh', import.meta.url), 'utf8')
  const sha256 = createHash('sha256').update('engine').digest('hex')
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'lima-look-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  async function look(content: string | undefined): Promise<Seen> {
    const path = join(folder, 'engine.cjs')
    if (content !== undefined) writeFileSync(path, content)
    const { stdout } = await execa('sh', ['-s', '--', path, sha256], { input: script })
    return parseSeen(stdout, Date.now() / 1000)
  }
  it.each([
    ['engine', true],
    ['an older one', false],
    ['', false],
    [undefined, false],
  ])('an engine whose file holds %j is there: %s', async (content, engine) => {
    const seen = await look(content)
    expect(seen.engine).toBe(engine)
    expect(seen.arch).toBe(process.arch === 'arm64' ? 'aarch64' : 'x86_64')
    expect(seen.freeMegabytes).toBeGreaterThan(0)
    expect(Math.abs(seen.behind)).toBeLessThanOrEqual(1)
  })
  it('no engine is looked for where none is named', async () => {
    const { stdout, exitCode } = await execa('sh', ['-s', '--', '', ''], { input: script })
    expect(parseSeen(stdout, 0)).toMatchObject({ engine: false })
    expect(exitCode).toBe(0)
  })
})

describe.skipIf(process.platform !== 'linux')('what provisions', () => {
  it('arrives whole, is run in a folder of its own, and its exit code is kept', async () => {
    const files = [
      { name: 'data', content: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)) },
      { name: 'provision.sh', content: Buffer.from('echo "step one"; sha256sum <data; pwd; exit 7\n') },
    ]
    const { stdout, exitCode } = await execa('sh', ['-s'], { input: provisioningScript(files), reject: false })
    const [step, digest, where = ''] = stdout.split('\n')
    expect(step).toBe('step one')
    expect(digest).toContain(
      createHash('sha256')
        .update(files[0]?.content ?? '')
        .digest('hex'),
    )
    expect(exitCode).toBe(7)
    expect(where).not.toBe(process.cwd())
    expect((await execa('test', ['-e', where], { reject: false })).exitCode).toBe(1)
  })
})
