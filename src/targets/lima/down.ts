/** Ends, resets and removes the VM, and tells its state. */
import { limactl, findInstance, requireLimactl } from './limactl.ts'
import { setClock } from './clock.ts'
import { lookAround, type Seen } from './look.ts'
import { isMade, vmPlace } from './place.ts'
import { provisioningDigest } from './provisioning.ts'
import { applySnapshot, hasSnapshot, keepsSnapshots } from './snapshot.ts'
import { endMaster, Unreachable } from './ssh.ts'
import { vmUp, type UpOptions } from './up.ts'

/** ms for a guest that is emulated and busy to shut down; measured: 6 to 16 s */
const STOP = 120_000

/** False when it did not run. A guest that does not end by itself is ended. */
export async function vmDown(): Promise<boolean> {
  await requireLimactl()
  const place = vmPlace()
  if ((await findInstance(place))?.status !== 'Running') return false
  await endMaster(place)
  await limactl(['stop', place.name], { timeout: STOP }).catch(() =>
    limactl(['stop', '--force', place.name], { timeout: STOP }),
  )
  return true
}

/** False when there was none. */
export async function vmDelete(): Promise<boolean> {
  await requireLimactl()
  const place = vmPlace()
  if ((await findInstance(place)) === undefined) return false
  await endMaster(place)
  await limactl(['delete', '--force', place.name], { timeout: STOP })
  return true
}

/** Returns the VM to the state that it had when it was set up: by a snapshot in seconds, else by making it anew. */
export async function vmReset(options: UpOptions): Promise<'snapshot' | 'remade'> {
  await requireLimactl()
  const place = vmPlace()
  const digest = provisioningDigest(options.root)
  const running = (await findInstance(place))?.status === 'Running'
  if (running && (await keepsSnapshots(place)) && (await hasSnapshot(place, digest))) {
    options.onPhase('the snapshot to be applied')
    await applySnapshot(place, digest)
    options.onPhase('the VM to answer')
    await setClock(place, await lookAround(place))
    return 'snapshot'
  }
  options.onPhase('the old VM to be removed')
  await vmDelete()
  await vmUp(options)
  return 'remade'
}

export interface VmStatus {
  /** `absent`, or Lima's word in lower case: `running`, `stopped`, `broken` */
  state: string
  /** Lima's driver, and the guest's architecture */
  driver: string | undefined
  arch: string | undefined
  /** undefined where it does not run or does not answer */
  seen: Seen | undefined
  /** it is set up as this lab does it */
  ready: boolean
  dir: string
}

export async function vmStatus(root: string): Promise<VmStatus> {
  await requireLimactl()
  const place = vmPlace()
  const instance = isMade(place) ? await findInstance(place) : undefined
  const state = instance?.status.toLowerCase() ?? 'absent'
  let seen: Seen | undefined
  try {
    seen = state === 'running' ? await lookAround(place) : undefined
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
  }
  const ready = seen?.marker === provisioningDigest(root)
  return { state, driver: instance?.vmType, arch: instance?.arch, seen, ready, dir: place.dir }
}
