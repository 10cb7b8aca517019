/** The VM as it was when it had just been set up, kept by the driver where that can: QEMU, memory included. */
import { findInstance, limactl } from './limactl.ts'
import type { VmPlace } from './place.ts'
import { endMaster } from './ssh.ts'

/** ms to write the memory of a VM into its disk, or to read it; measured: 2 s for 2 GiB that are hardly used */
const PATIENCE = 300_000

/** Named after what was set up: one of another version is no state to return to. */
const tagOf = (digest: string): string => `clean-${digest}`

/** limactl: "unimplemented" for vz. */
export async function keepsSnapshots(place: VmPlace): Promise<boolean> {
  return (await findInstance(place))?.vmType === 'qemu'
}

export async function hasSnapshot({ name }: VmPlace, digest: string): Promise<boolean> {
  const { stdout } = await limactl(['snapshot', 'list', '--quiet', name])
  return stdout.split('\n').some((line) => line.trim() === tagOf(digest))
}

export async function takeSnapshot({ name }: VmPlace, digest: string): Promise<void> {
  await limactl(['snapshot', 'create', '--tag', tagOf(digest), name], { timeout: PATIENCE })
}

/** Connections that are open would hang for minutes, and look alive: the one that is kept is ended first. */
export async function applySnapshot(place: VmPlace, digest: string): Promise<void> {
  await endMaster(place)
  await limactl(['snapshot', 'apply', '--tag', tagOf(digest), place.name], { timeout: PATIENCE })
  await endMaster(place)
}
