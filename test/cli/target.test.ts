import { beforeAll, describe, expect, test } from 'vitest'
import { build } from './built.ts'
import { Made } from './made.ts'

beforeAll(build, 300_000)

interface Told {
  target: string
  changed: boolean
  auto: string | null
  targets: { name: string; usable: boolean; why: string; remedy?: string }[]
}

describe('lab target', () => {
  test('shows every target, what auto takes, and why', async () => {
    using made = await Made.open()
    const told = (await made.json('target')) as unknown as Told
    expect(told).toMatchObject({ target: 'auto', changed: false })
    expect(told.targets.map(({ name }) => name)).toEqual(['local', 'uml', 'lima'])
    for (const { why } of told.targets) expect(why).not.toBe('')
    expect(told.auto).toBe(told.targets.find(({ usable }) => usable)?.name ?? null)
    const { stdout } = await made.run(['target'])
    if (told.auto !== null) expect(stdout).toContain(`now ${told.auto}: the first of these that can be used`)
    expect(stdout).toMatch(/▸ auto/)
  })

  test('sets it in the workspace, where it stays', async () => {
    using made = await Made.open()
    expect(await made.json('target', 'lima')).toMatchObject({ target: 'lima', changed: true })
    expect(made.read('workspace.yaml')).toMatch(/^target: lima$/m)
    expect(await made.json('target', 'lima')).toMatchObject({ target: 'lima', changed: false })
    expect(await made.json('target')).toMatchObject({ target: 'lima', changed: false })
    expect((await made.run(['target'])).stdout).toMatch(/▸ lima +a VM with Debian 13/)
    expect(await made.json('target', 'auto')).toMatchObject({ target: 'auto', changed: true })
  })

  test('a VM that can not be used is told with what mends it, by lab check too', async () => {
    using made = await Made.open()
    await made.json('target', 'lima')
    // An empty folder of Lima's: no VM was made. As root Lima is refused before that.
    const env = { LIMA_HOME: made.aside }
    const { stdout } = await made.run(['target', '--json'], { env })
    const lima = (JSON.parse(stdout) as Told).targets.find(({ name }) => name === 'lima')
    expect(lima).toMatchObject({ usable: false })
    expect(lima?.remedy).toMatch(/lab vm up|install Lima|local|brew/)
    const { exitCode, stderr } = await made.run(['check'], { env })
    expect(exitCode).toBe(3)
    expect(stderr).toContain('To mend')
  })

  test('a name that is none is wrong usage, and the nearest one is named', async () => {
    using made = await Made.open()
    const { exitCode, stderr } = await made.run(['target', 'limma'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('Did you mean lima?')
    expect(made.read('workspace.yaml')).not.toContain('limma')
  })
})
