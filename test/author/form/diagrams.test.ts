/** Diagrams are parsed by Mermaid's own parser. */
import { cpSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { diagramDefects } from '../../../src/author/form/diagrams.ts'
import { faultsOf } from '../../../src/author/form/fault.ts'
import { readPage } from '../../../src/author/form/markdown.ts'
import { tempFolder, type TempFolder } from '../../course/sample.ts'

const root = resolve(import.meta.dirname, '../../..')
const fault = faultsOf('form', undefined)
const page = (...diagrams: string[]) => [
  { page: readPage('docs/x.md', diagrams.map((text) => `x\n\n\`\`\`mermaid\n${text}\n\`\`\`\n`).join('\n')), fault },
]

let cache: TempFolder
beforeEach(() => {
  cache = tempFolder()
  vi.stubEnv('XDG_CACHE_HOME', cache.path)
})
afterEach(() => {
  vi.unstubAllEnvs()
  cache[Symbol.dispose]()
})

it('right diagrams are remembered, broken ones are not', async () => {
  const broken = page('flowchart LR\n  a[x')
  const right = page('flowchart LR\n  a --> b')
  const kept = join(cache.path, 'drydock', 'diagrams')
  expect(await diagramDefects(right, root)).toEqual([])
  expect(readdirSync(kept)).toHaveLength(1)
  expect(await diagramDefects(right, root)).toEqual([])
  expect(await diagramDefects(broken, root)).toHaveLength(1)
  expect(await diagramDefects(broken, root)).toHaveLength(1)
  expect(await diagramDefects([...right, ...broken], root)).toHaveLength(1)
  expect(readdirSync(kept)).toHaveLength(1)
})

it('a broken diagram is found, with its line; right ones are not', async () => {
  const defects = await diagramDefects(
    page(
      'flowchart LR\n  a["<b>x</b>"] --> b',
      'flowchart LR\n  a --> b\n  b[c --> d',
      'stateDiagram-v2\n  [*] --> a: x, y',
      'sequenceDiagram\n  a->>b: x; y z',
      'flowchort LR\n  a --> b',
    ),
    root,
  )
  expect(defects.map(({ where, what }) => `${where ?? ''} ${what}`)).toEqual([
    'docs/x.md:13 The diagram is not Mermaid.',
    'docs/x.md:27 The diagram is not Mermaid.',
    'docs/x.md:32 The diagram is not Mermaid.',
  ])
  expect(defects[0]?.why).toContain('Parse error on line')
})

it('an installed package has no parser, and says where one is; without diagrams nothing is missed', async () => {
  using folder = tempFolder()
  await expect(diagramDefects(page('flowchart LR\n  a --> b'), folder.path)).rejects.toMatchObject({
    text: { remedy: expect.stringContaining('clone') as string },
  })
  expect(await diagramDefects(page(), folder.path)).toEqual([])
})

it('without network it says why the parser could not be installed, and leaves nothing', async () => {
  for (const [name, value] of Object.entries({
    LAB_PACKAGES: join(cache.path, 'packages'),
    npm_config_cache: join(cache.path, 'npm'),
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_fetch_retries: '0',
  }))
    vi.stubEnv(name, value)
  const looked = diagramDefects(page('flowchart LR\n  a --> b'), root)
  await expect(looked).rejects.toMatchObject({
    exitCode: 3,
    text: {
      what: expect.stringContaining('could not be installed') as string,
      why: expect.stringMatching(/ECONNREFUSED|connect/) as string,
      remedy: expect.stringContaining('npm ping') as string,
    },
  })
  expect(readdirSync(join(cache.path, 'packages'))).toEqual([])
})

it('what is downloaded is what was tried, or nothing', async () => {
  using program = tempFolder()
  const source = join(program.path, 'scripts', 'diagrams')
  cpSync(join(root, 'scripts', 'diagrams'), source, { recursive: true })
  writeFileSync(join(source, 'mermaid.json'), JSON.stringify({ version: '11.17.2', integrity: 'sha512-x' }))
  vi.stubEnv('LAB_PACKAGES', join(cache.path, 'packages'))
  await expect(diagramDefects(page('flowchart LR\n  a --> b'), program.path)).rejects.toMatchObject({
    text: { why: expect.stringMatching(/npm gave sha512-.*says sha512-x/) as string },
  })
  expect(readdirSync(join(cache.path, 'packages'))).toEqual([])
})
