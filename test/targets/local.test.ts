import { describe, expect, it } from 'vitest'
import { cacheRoot, explainSudo, hasSysAdmin, launcher } from '../../src/targets/local.ts'
import { refusal, userNamespacesOff } from '../../src/targets/refusal.ts'

describe('userNamespacesOff', () => {
  const read = (files: Record<string, string>) => (path: string) => files[path]
  it.each([
    [
      '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
      '1\n',
      /AppArmor/,
      /apparmor_restrict_unprivileged_userns=0/,
    ],
    ['/proc/sys/kernel/unprivileged_userns_clone', '0\n', /forbids/, /unprivileged_userns_clone=1/],
    ['/proc/sys/user/max_user_namespaces', '0\n', /no user namespace/, /max_user_namespaces=/],
  ])('reads %s = %j', (path, value, why, remedy) => {
    const off = userNamespacesOff(read({ [path]: value }))
    expect(off?.why).toMatch(why)
    expect(off?.remedy).toMatch(remedy)
  })
  it('finds nothing wrong where the switches allow it, or are not there', () => {
    expect(userNamespacesOff(read({ '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '0' }))).toBeUndefined()
    expect(userNamespacesOff(read({}))).toBeUndefined()
  })
})

describe('launcher', () => {
  const engine = ['node', 'engine.cjs']
  it('gives the engine namespaces, and a user namespace where there is no root', () => {
    expect(launcher('root', engine, {})).not.toContain('--user')
    expect(launcher('user-namespace', engine, {}).slice(0, 3)).toEqual(['unshare', '--user', '--map-root-user'])
    for (const mode of ['root', 'user-namespace', 'sudo'] as const) {
      expect(launcher(mode, engine, {})).toEqual(
        expect.arrayContaining(['--pid', '--mount', '--kill-child', ...engine]),
      )
    }
  })
  it('hands the PATH of the person through sudo', () => {
    expect(launcher('sudo', engine, { PATH: '/a b' }).slice(0, 4)).toEqual(['sudo', '--', 'env', 'PATH=/a b'])
  })
})

describe('cacheRoot', () => {
  it('follows XDG, and takes /var/cache for root', () => {
    expect(cacheRoot({ XDG_CACHE_HOME: '/c' }, true)).toBe('/c/drydock')
    expect(cacheRoot({ XDG_CACHE_HOME: 'relative' }, true)).toBe('/var/cache/drydock')
    expect(cacheRoot({}, false)).toMatch(/\.cache\/drydock$/)
  })
})

describe('refusal', () => {
  const read = (files: Record<string, string>) => (path: string) => files[path]
  const status = (caps: string, seccomp: number) => ({
    '/proc/self/status': `Name:\tnode\nCapEff:\t${caps}\nSeccomp:\t${seccomp}\n`,
  })
  it.each([
    ['root of a container by default', 0, status('00000000a80425fb', 2), /CAP_SYS_ADMIN/],
    ['root with the capability alone', 0, status('00000000a82425fb', 2), /seccomp/],
    ['an ordinary user of a container', 1000, status('0000000000000000', 2), /seccomp/],
    [
      'root confined by AppArmor alone',
      0,
      { ...status('000001ffffffffff', 0), '/proc/self/attr/current': 'docker-default (enforce)\n' },
      /AppArmor/,
    ],
  ])('%s', (_, uid, files, why) => {
    const found = refusal(read(files), uid)
    expect(found?.why).toMatch(why)
    expect(found?.remedy).toMatch(/docker run --privileged/)
    expect(found?.remedy).toMatch(
      /--cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfi/,
    )
  })
  it('names the switch of the kernel for an ordinary user on a machine of his own', () => {
    const files = { ...status('0', 0), '/proc/sys/kernel/unprivileged_userns_clone': '0\n' }
    expect(refusal(read(files), 1000)?.remedy).toMatch(/sysctl -w kernel.unprivileged_userns_clone=1/)
  })
  it('says nothing where /proc shows no reason', () => {
    expect(refusal(read(status('000001ffffffffff', 0)), 0)).toBeUndefined()
    expect(refusal(read({ '/proc/self/attr/current': 'unconfined\n', ...status('0', 0) }), 1000)).toBeUndefined()
  })
})

describe('sudo that does not', () => {
  it.each([
    [
      'sudo: a terminal is required to read the password; either use the -S option',
      /on a terminal, where sudo can ask/,
    ],
    ['sudo: a password is required', /on a terminal, where sudo can ask/],
    ['ann is not in the sudoers file.', /administrator/],
    ['Sorry, user ann is not allowed to execute as root on box.', /administrator/],
    ['sudo: unable to resolve host box', /sudo true/],
  ])('%s', (said, remedy) => {
    const { what, why, remedy: told } = explainSudo(said).text
    expect(what).toBe('the engine could not be started through sudo')
    expect(why).toContain(said)
    expect(told).toMatch(remedy)
  })
})

describe('hasSysAdmin', () => {
  it('reads bit 21 of the effective set', () => {
    expect(hasSysAdmin('CapEff:\t000001ffffffffff\n')).toBe(true)
    expect(hasSysAdmin('CapEff:\t00000000a80425fb\n')).toBe(false)
    expect(hasSysAdmin('')).toBe(true)
  })
})
