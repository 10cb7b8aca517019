import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, release, machine } from 'node:os'
import type { TargetFacts } from '../protocol/index.ts'
import type { Bounds } from './bounds.ts'
import { findProgram } from './toolchain.ts'

/** True root has every user id mapped to itself: user_namespaces(7), "Defining user and group ID mappings". */
function isTrueRoot(): boolean {
  const map = readFileSync('/proc/self/uid_map', 'utf8').trim().split(/\s+/)
  return process.getuid?.() === 0 && map.join(' ') === '0 0 4294967295'
}

const hasIp = (): boolean => findProgram('ip', process.env['PATH'] ?? '') !== undefined

/** What a component is confined with: a user namespace below the engine's own. The kernel's limits tell less than trying. */
export const CONFINEMENT = 'user-namespaces'

const canConfine = (): boolean =>
  spawnSync('unshare', ['--user', '--map-root-user', 'true'], { stdio: 'ignore', timeout: 10_000 }).status === 0

/** What this target is and offers. `given` is what its launcher knows it to offer besides. An engine that runs at all has namespaces: its launcher made them. */
export function findFacts(bounds: Bounds, given: readonly string[] = []): TargetFacts {
  const root = isTrueRoot()
  return {
    kernel: release(),
    arch: machine(),
    node: process.versions.node,
    root,
    cpus: availableParallelism(),
    bounds: bounds.kind,
    // `power`: disks that lose it are on loop devices. The loopback interface of a host is brought up with ip(8).
    offers: [
      'namespaces',
      ...(root ? ['root'] : []),
      ...(canConfine() ? [CONFINEMENT] : []),
      ...(hasIp() ? ['net'] : []),
      ...(bounds.delegates === true ? ['cgroup2'] : []),
      ...(root && existsSync('/dev/loop-control') ? ['power'] : []),
      ...given,
    ],
  }
}
