/** A component that fetches what it builds with: over the network once, and never in its build. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Checkout } from './checkout.ts'
import { moduleProxy, type ModuleProxy } from './module-proxy.ts'

const EMPTY_NETWORK = ['unshare', '--net', '--']

/** What a fetch has, and what a build may not have: the person's proxy and registry, and a name server. */
const FETCH = 'test "$HTTPS_PROXY" = http://127.0.0.1:9 && test -s /etc/resolv.conf && go mod download'
const BUILD = 'test "$GOPROXY" = off && test -z "$HTTPS_PROXY" && ! test -s /etc/resolv.conf && go build -o init .'

function put(lab: Checkout, { module, files }: ModuleProxy, exitCode: number): void {
  const component = join(lab.workspace, 'init')
  rmSync(component, { recursive: true, force: true })
  mkdirSync(component)
  const all = {
    'component.yaml': `track: go\nfetch: ${JSON.stringify(FETCH)}\nbuild: ${JSON.stringify(BUILD)}\nrun: [./init]\n`,
    'main.go': `package main\n\nimport greeting "${module}"\n\nfunc main() { panic(greeting.Text() + " ${exitCode}") }\n`,
    ...files,
  }
  for (const [name, text] of Object.entries(all)) writeFileSync(join(component, name), text)
}

const root = process.getuid?.() === 0

describe.skipIf(!root).each(['root', 'ordinary'] as const)('a fetch, as %s', (user) => {
  let lab: Checkout
  let proxy: ModuleProxy

  beforeAll(async () => {
    proxy = await moduleProxy()
    process.env['GOPROXY'] = proxy.url
    process.env['HTTPS_PROXY'] = 'http://127.0.0.1:9' // never asked: the registry has no TLS
    lab = new Checkout(user)
    expect((await lab.lab('start', 'linux/init', '--track', 'python')).code).toBe(0)
  })
  afterAll(async () => {
    delete process.env['GOPROXY']
    delete process.env['HTTPS_PROXY']
    lab.remove()
    await proxy.close()
  })

  const check = async (): Promise<{ code: number | null; text: string }> => {
    const { code, out, err } = await lab.lab('check', 'exit-status/code')
    return { code, text: (out + err).replace(/\s+/g, ' ') }
  }

  it('without a network costs no points, and says what it did not reach', async () => {
    put(lab, proxy, 1)
    lab.within = EMPTY_NETWORK
    const { code, text } = await check()
    lab.within = []
    expect(text).toMatch(/go mod download'", which is fetch: in component\.yaml, did not reach the network/)
    expect(text).toMatch(/dial tcp 127\.0\.0\.1:\d+: connect: (network is unreachable|connection refused)/)
    expect(text).toMatch(/connect this machine to the network; behind a proxy: export HTTPS_PROXY=/)
    expect(text).not.toMatch(/ at .*\.(ts|cjs):\d+/)
    expect(code).toBe(3)
    expect(proxy.asked).toEqual([])
  })

  it('asks the registry that the person has set, and its build has no network', async () => {
    const { code, text } = await check()
    expect(text).toMatch(/built in/)
    expect(text).toContain('panic: fetched 1')
    expect(code).toBe(1)
    expect(proxy.asked).toContain(`/${proxy.module}/@v/v1.0.0.zip`)
  })

  it('needs no network for another source with the same go.sum', async () => {
    put(lab, proxy, 2)
    proxy.asked.length = 0
    lab.within = EMPTY_NETWORK
    const { text } = await check()
    lab.within = []
    expect(text).toMatch(/built in/)
    expect(text).toContain('panic: fetched 2')
    expect(proxy.asked).toEqual([])
  })
})
