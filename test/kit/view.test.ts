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

  it('is the same list of files and devices on every machine, and nothing else', () => {
    const all: Machine = { look: () => 'file' }
    const binds = planView(all, options).flatMap((e) => (e.kind === 'bind' ? [e.to] : []))
    const etc = binds.filter((to) => to.startsWith('/etc/')).map((to) => to.slice('/etc/'.length))
    expect(etc.join(' ')).toBe(
      'alternatives bash.bashrc ca-certificates group hosts ld.so.cache ld.so.conf ld.so.conf.d localtime ' +
        'nsswitch.conf passwd profile protocols services ssl/certs terminfo',
    )
    const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'].map((name) => `/dev/${name}`)
    expect(binds.filter((to) => to.startsWith('/dev/'))).toEqual(devices)
    expect(binds.filter((to) => !/^\/(?:etc|dev)\//.test(to)).join(' ')).toBe(
      '/usr /bin /sbin /lib /lib32 /lib64 /libx32 /opt /nix /gnu',
    )
  })

  it('leaves out what is not there, and makes what each host needs', () => {
    const entries = planView(machine({}), options)
    expect(entries.filter((e) => e.kind === 'bind')).toEqual([])
    expect(entries.flatMap((e) => (e.kind === 'symlink' ? [`${e.to} ${e.target}`] : []))).toEqual([
      '/dev/ptmx pts/ptmx',
      '/dev/fd /proc/self/fd',
      '/dev/stdin /proc/self/fd/0',
      '/dev/stdout /proc/self/fd/1',
      '/dev/stderr /proc/self/fd/2',
      '/etc/mtab /proc/self/mounts',
    ])
    expect(entries.flatMap((e) => (e.kind === 'folder' ? [e.to] : [])).join(' ')).toBe(
      '/tmp /run /var /proc /sys /dev/pts /dev/shm /root /home /mnt /component /lab /cache',
    )
    expect(entries).toHaveLength(20)
  })

  it('hides a folder that is bound itself, and one below any of several that are', () => {
    const hidden = ['/opt', '/usr/lib/lab']
    const entries = planView(machine({ '/usr': 'folder', '/opt': 'folder' }), { ...options, hidden })
    expect(entries.filter((e) => e.kind === 'bind' && e.from === '/w/empty').map((e) => e.to)).toEqual(hidden)
    // What is a symlink shows what lies elsewhere, and is no place to hide things in.
    const linked = planView(machine({ '/opt': { symlink: 'usr/opt' } }), { ...options, hidden: ['/opt/lab'] })
    expect(linked.filter((e) => e.kind === 'bind')).toEqual([])
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

  it('binds devices with the flags that /dev may have locked', () => {
    const device = { kind: 'bind', from: '/dev/null', to: '/dev/null' } as const
    expect(viewFstab('/v', [device])).toBe('/dev/null /v/dev/null none bind,ro,nosuid,noexec 0 0\n')
  })

  it('is, for a host, what is its own and bounded, and nothing that is not asked for', () => {
    expect(hostFstab('/v', ['/srv/go'], [])).toBe(
      [
        'tmpfs /v/tmp tmpfs mode=1777,size=256m,nosuid,nodev 0 0',
        'tmpfs /v/run tmpfs mode=755,size=64m,nosuid,nodev 0 0',
        'tmpfs /v/var tmpfs mode=755,size=256m,nosuid,nodev 0 0',
        'tmpfs /v/root tmpfs mode=755,size=64m,nosuid,nodev 0 0',
        'tmpfs /v/home tmpfs mode=755,size=64m,nosuid,nodev 0 0',
        'tmpfs /v/dev/shm tmpfs mode=1777,size=64m,nosuid,nodev 0 0',
        'devpts /v/dev/pts devpts newinstance,ptmxmode=0666,mode=620,nosuid,noexec 0 0',
        'proc /v/proc proc nosuid,nodev,noexec 0 0',
        'sysfs /v/sys sysfs ro,nosuid,nodev,noexec 0 0',
        '',
      ].join('\n'),
    )
    const last = hostFstab('/v', ['/home/me/go'], [{ from: '/w/c', to: '/cache', writable: true }])
      .split('\n')
      .slice(-3)
    expect(last).toEqual([
      '/home/me/go /v/home/me/go none bind,ro,X-mount.mkdir 0 0',
      '/w/c /v/cache none bind 0 0',
      '',
    ])
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
    expect(hostFstab('/v', [], [], { network: true })).not.toContain('/sys')
  })
  it('shows a host its own cgroup tree, over a /sys that is there already', () => {
    expect(hostFstab('/v', [], [])).not.toContain('cgroup2')
    const lines = hostFstab('/v', [], [], { cgroup2: true }).split('\n')
    const at = (start: string): number => lines.findIndex((line) => line.startsWith(start))
    expect(at('sysfs /v/sys ')).toBeGreaterThanOrEqual(0)
    expect(at('cgroup2 /v/sys/fs/cgroup cgroup2 rw')).toBeGreaterThan(at('sysfs /v/sys '))
  })

  it('tells which toolchains the system folders do not show', () => {
    expect(toolchainsOutside(['/usr', '/usr/lib/go', '/home/me/go', '/usrlocal'])).toEqual(['/home/me/go', '/usrlocal'])
  })
})
