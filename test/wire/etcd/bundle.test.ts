/** In a bundle there are no dependencies beside it: the protos and the 64-bit integers have to be inside. */
import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const SAY = `
import { EtcdClient } from '${process.cwd()}/src/wire/etcd/client.ts'
import { decode, encode } from '${process.cwd()}/src/wire/etcd/codec.ts'
import { methodOf } from '${process.cwd()}/src/wire/etcd/protos.ts'
const { request } = methodOf('KV', 'Compact')
new EtcdClient('unix:/nonexistent', { deadline: 9000 }).status().catch(({ status }) =>
  console.log(status, decode(request, encode(request, { revision: '9007199254740993' })).revision))`

it('works in a bundle that lies alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'))
  try {
    const outfile = join(folder, 'say.cjs')
    await build({
      stdin: { contents: SAY, resolveDir: folder, loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      loader: { '.proto': 'text' },
      outfile,
    })
    writeFileSync(join(folder, 'package.json'), '{}')
    const said = execFileSync(process.execPath, [outfile], { cwd: folder, encoding: 'utf8' })
    expect(said).toBe('UNAVAILABLE 9007199254740993\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
