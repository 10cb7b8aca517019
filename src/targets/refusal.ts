/** Why this machine refused to make namespaces, as far as /proc tells, and what would change that. */
import { asRoot } from '../packages.ts'

/** The text of a file, or undefined when there is none. */
export type Read = (path: string) => string | undefined

export interface Refusal {
  why: string
  remedy: string
}

/** CAP_SYS_ADMIN, capabilities(7); its number is from linux/capability.h. */
const SYS_ADMIN = 1n << 21n

/**
 * Docker's default profiles stand in the way of mount(2), unshare(2) and pivot_root(2) also where the capability is
 * given: docs.docker.com, "Seccomp security profiles for Docker" and "AppArmor security profiles for Docker".
 */
const CONTAINER =
  'start the container with: docker run --privileged …\n' +
  'For root in the container this is enough: docker run --cap-add SYS_ADMIN --security-opt seccomp=unconfined ' +
  '--security-opt apparmor=unconfined …\n' +
  'A container that runs already can not be changed; lab also runs on the machine itself, without a container.'

/** Undefined when /proc shows no reason. */
export function refusal(read: Read, uid: number): Refusal | undefined {
  const status = read('/proc/self/status') ?? ''
  const field = (name: string): string | undefined => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1]
  const may = (BigInt(`0x${field('CapEff') ?? '0'}`) & SYS_ADMIN) !== 0n
  if (uid === 0 && !may) {
    return { why: 'this process is root without CAP_SYS_ADMIN, as in a container by default', remedy: CONTAINER }
  }
  if (uid !== 0) {
    const off = userNamespacesOff(read)
    if (off !== undefined) return off
  }
  if (field('Seccomp') === '2') {
    return { why: 'a seccomp filter restricts this process, as in a container by default', remedy: CONTAINER }
  }
  if (/\(enforce\)/.test(read('/proc/self/attr/current') ?? '')) {
    return { why: 'an AppArmor profile restricts this process, as in a container by default', remedy: CONTAINER }
  }
  return undefined
}

/** What is said when nothing tells the reason. */
export const UNKNOWN_REMEDY = CONTAINER

/** Why an ordinary user may not make user namespaces here, or undefined when the kernel's switches allow it. */
export function userNamespacesOff(read: Read): Refusal | undefined {
  const value = (path: string): string | undefined => read(path)?.trim()
  if (value('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return {
      why: 'AppArmor restricts unprivileged user namespaces (kernel.apparmor_restrict_unprivileged_userns = 1)',
      remedy: asRoot('sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'),
    }
  }
  if (value('/proc/sys/kernel/unprivileged_userns_clone') === '0') {
    return {
      why: 'the kernel forbids unprivileged user namespaces (kernel.unprivileged_userns_clone = 0)',
      remedy: asRoot('sysctl -w kernel.unprivileged_userns_clone=1'),
    }
  }
  if (value('/proc/sys/user/max_user_namespaces') === '0') {
    return {
      why: 'no user namespace may be made (user.max_user_namespaces = 0)',
      remedy: asRoot('sysctl -w user.max_user_namespaces=10000'),
    }
  }
  return undefined
}
