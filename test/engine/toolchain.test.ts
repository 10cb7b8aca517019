import { spawnSync } from 'node:child_process'
import { realpathSync, statSync } from 'node:fs'
import { version as esbuildVersion } from 'esbuild'
import { expect, it } from 'vitest'
import { findToolchain, librariesIn } from '../../src/engine/toolchain.ts'

const shell = {
  id: 'sh',
  program: 'sh',
  locate: ['sh', '-c', 'echo /usr'],
  paths: ['bin'],
  env: {},
  brought: [],
  install: 'none',
}

it('finds a toolchain whose builds call programs that this machine has', async () => {
  const found = await findToolchain({ ...shell, needs: { sh: 'apt-get install dash' } })
  expect(found).toMatchObject({ homes: ['/usr'], brought: {}, path: ['/usr/bin'] })
})

it('says what installs a program that builds call and that is missing', async () => {
  const found = findToolchain({ ...shell, needs: { 'no-such-linker': 'apt-get install linker' } })
  await expect(found).rejects.toMatchObject({
    name: 'EnvironmentFault',
    fault: {
      cause: 'environment',
      what: 'there is no no-such-linker, which sh calls',
      remedy: 'apt-get install linker',
    },
  })
})

it('brings the node that runs this and the esbuild of the package, wherever they lie', async () => {
  const script = { ...shell, program: 'esbuild', locate: [], paths: [], needs: {} }
  const { homes, brought, path, version } = await findToolchain({ ...script, brought: ['node', 'esbuild'] })
  expect({ homes, path }).toEqual({ homes: [], path: ['/drydock/bin'] })
  expect(brought['node']).toBe(realpathSync(process.execPath))
  const esbuild = spawnSync(brought['esbuild'] ?? '', ['--version'], { encoding: 'utf8' })
  expect(esbuild.stdout.trim()).toBe(esbuildVersion)
  // What was built with another esbuild is built again.
  expect(version).toContain(String(statSync(brought['esbuild'] ?? '').mtimeMs))
})

it('finds in a map of memory the libraries that a host has to show', () => {
  const maps = `7f00-7f10 r-xp 00000000 08:01 42   /opt/my node/lib/libnode.so.115
7f10-7f20 r--p 00000000 08:01 42   /opt/my node/lib/libnode.so.115
7f20-7f30 r-xp 00000000 08:01 43   /lib/x86_64-linux-gnu/libc.so.6
7f30-7f40 r-xp 00000000 08:01 44   /usr/bin/node
7f40-7f50 rw-p 00000000 00:00 0    [heap]
7f50-7f60 r-xp 00000000 08:01 45   /home/me/libuv.so
`
  expect(librariesIn(maps)).toEqual([
    '/opt/my node/lib/libnode.so.115',
    '/lib/x86_64-linux-gnu/libc.so.6',
    '/home/me/libuv.so',
  ])
})
