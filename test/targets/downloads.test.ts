import { expect, test } from 'vitest'
import { findDownloads } from '../../src/targets/downloads.ts'

const toolchain = {
  id: 'sh',
  program: 'sh',
  locate: ['sh'],
  paths: [],
  brought: [],
  env: {},
  install: 'none',
  needs: {},
}
const environment = { PATH: process.env['PATH'], https_proxy: 'http://proxy.test:3128', NO_PROXY: '', SECRET: 'kept' }

test('a fetch has the proxies that are set, and no other variable', async () => {
  expect(await findDownloads(undefined, environment)).toEqual({ https_proxy: 'http://proxy.test:3128' })
})

test('a setting is what its command prints; null takes away what a build has, where it prints nothing or fails', async () => {
  const downloads = {
    REGISTRY: ['sh', '-c', 'echo "$SECRET"'],
    EMPTY: ['true'],
    FAILS: ['sh', '-c', 'echo not this; exit 1'],
    ABSENT: ['no-such-tool'],
  }
  expect(await findDownloads({ ...toolchain, downloads }, environment)).toEqual({
    https_proxy: 'http://proxy.test:3128',
    REGISTRY: 'kept',
    EMPTY: null,
    FAILS: null,
    ABSENT: null,
  })
})
