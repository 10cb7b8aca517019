/** What the VM is like before an engine is started in it. */
import { inVm } from './ssh.ts'
import lookScript from './look.sh'
import type { VmPlace } from './place.ts'

export interface Seen {
  /** digest of the provisioning that was done; empty when none was */
  marker: string
  /** of the guest's kernel: `x86_64`, `aarch64` */
  arch: string
  /** free, where builds and hosts are written */
  freeMegabytes: number
  /** s by which the guest's clock is behind this machine's */
  behind: number
  /** the engine of this version is there */
  engine: boolean
  node: boolean
}

/** ms: a VM that is emulated and busy needs five seconds for it */
const PATIENCE = 20_000

/** Throws Unreachable. `engine`: the file that is looked for, with its path in the VM. */
export async function lookAround(place: VmPlace, engine?: { path: string; sha256: string }): Promise<Seen> {
  const args = engine === undefined ? ['', ''] : [engine.path, engine.sha256]
  const { stdout } = await inVm(place, ['sh', '-s', '--', ...args], { input: lookScript, timeout: PATIENCE })
  return parseSeen(stdout, Date.now() / 1000)
}

/** `now`: this machine's time, s since 1970. */
export function parseSeen(said: string, now: number): Seen {
  const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(said)?.[1] ?? ''
  return {
    marker: value('marker'),
    arch: value('arch'),
    freeMegabytes: Math.floor(Number(value('kilobytes')) / 1024),
    behind: Math.round(now - Number(value('clock'))),
    engine: value('engine') === 'here',
    node: value('node') !== '',
  }
}
