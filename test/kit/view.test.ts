import { describe, expect, it } from 'vitest'
import {
  fstabPath,
  hostFstab,
  planView,
  toolchainsOutside,
  viewFstab,
  type Machine,
} from '../../checkers/kit/host/view.ts'

const machine = (what: Record<string, ReturnType<Machine['look']>>): Machine => ({ look: (path) => what[path] })
const options = { toolchains: [], hidden: [], empty: '/w/empty', brought: {} }

describe('planView', () => {
  it('makes the symlinks of a merged /usr again and binds folders', () => {
    const entries = planView(
      machine({ '/usr': 'folder', '/bin': { symlink: 'usr/bin' }, '/dev/null': 'device' }),
      options,
    )
    expect(entries).toContainEqual({ kind: 'bind', from: '/usr', to: '/usr' })
    expect(entries).toContainEqual({ kind: 'symlink', target: 'usr/bin', to: '/bin' })
    expect(entries).toContainEqual({ kind: 'bind', from: '/dev/null', to: '/dev/null' })
    expect(entries.filter((e) => e.kind === 'bind').map((e) => e.to)).not.toContain('/lib64')
  })

  it('shows of /etc what programs need, and neither password hashes nor keys', () => {
    const all: Machine = { look: () => 'folder' }
    const shown = planView(all, options).map((e) => e.to)
    expect(shown).toContain('/etc/passwd')
    for (const secret of ['/etc', '/etc/shadow', '/etc/ssh', '/etc/ssl', '/root/.ssh'])
      expect(shown).not.toContain(secret)
  })

  it('hides a folder below one that is shown, and leaves others alone', () => {
    const entries = planView(machine({ '/usr': 'folder' }), {
      ...options,
      hidden: ['/usr/lib/lab', '/home/me/lab', '/usrx'],
    })
    expect(entries).toContainEqual({ kind: 'bind', from: '/w/empty', to: '/usr/lib/lab' })
    expect(entries.filter((e) => e.kind === 'bind').map((e) => e.to)).toEqual(['/usr', '/usr/lib/lab'])
  })

  it('binds a toolchain that is in no system folder and in no folder of the host', () => {
    const binds = (toolchains: string[]) =>
      planView(machine({ '/usr': 'folder' }), { ...options, toolchains }).flatMap((e) =>
        e.kind === 'bind' ? [e.to] : [],
      )
    expect(binds(['/usr/local/go'])).toEqual(['/usr'])
    expect(binds(['/srv/go'])).toEqual(['/usr', '/srv/go'])
    expect(binds(['/root/.pyenv/versions/3.11.7'])).toEqual(['/usr'])
  })

  it('shows a program that Drydock brings, and nothing of the folder that it is in', () => {
    const entries = planView(machine({}), { ...options, brought: { node: '/home/me/.nvm/bin/node' } })
    expect(entries.filter((e) => e.kind === 'bind')).toEqual([
      { kind: 'bind', from: '/home/me/.nvm/bin/node', to: '/drydock/bin/node' },
    ])
  })
})

describe('fstab', () => {
  it('escapes what fstab(5) separates by', () => {
    expect(fstabPath('/a b\tc\\d#e')).toBe('/a\\040b\\011c\\134d\\043e')
  })

  it('binds read-only', () => {
    expect(
      viewFstab('/v', [
        { kind: 'bind', from: '/usr', to: '/usr' },
        { kind: 'folder', to: '/tmp' },
      ]),
    ).toBe('/usr /v/usr none bind,ro 0 0\n')
  })

  it('mounts a toolchain of a home after the empty home', () => {
    const lines = hostFstab(
      '/v',
      ['/root/go', '/usr/local/go'],
      [{ from: '/w/c', to: '/component', writable: false }],
    ).split('\n')
    const home = lines.findIndex((line) => line.startsWith('tmpfs /v/root '))
    const toolchain = lines.findIndex((line) => line.startsWith('/root/go /v/root/go'))
    expect(home).toBeGreaterThanOrEqual(0)
    expect(toolchain).toBeGreaterThan(home)
    expect(lines.join('\n')).not.toContain('/usr/local/go')
    expect(lines).toContain('/w/c /v/component none bind,ro 0 0')
  })

  it('gives a host that shares the network no /sys, which a user namespace could not mount', () => {
    expect(hostFstab('/v', [], [])).toContain('sysfs /v/sys')
    expect(hostFstab('/v', [], [], true)).not.toContain('/sys')
  })

  it('tells which toolchains the system folders do not show', () => {
    expect(toolchainsOutside(['/usr/lib/go', '/home/me/go', '/usrlocal'])).toEqual(['/home/me/go', '/usrlocal'])
  })
})
