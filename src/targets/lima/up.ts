/** Brings the VM up from whatever state it is in: never made, half made, stopped, hanging, of an older version. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onPath } from '../../on-path.ts'
import { installLine, packagesOf } from '../../packages.ts'
import { Problem } from '../../problem.ts'
import { findAcceleration, qemuProgram, type Acceleration } from './acceleration.ts'
import { setClock } from './clock.ts'
import { findInstance, limactl, requireLimactl, type Instance } from './limactl.ts'
import { lookAround } from './look.ts'
import { vmPlace, type VmPlace } from './place.ts'
import { provision, provisioningDigest } from './provisioning.ts'
import { phaseOf } from './phase.ts'
import { hasSnapshot, keepsSnapshots, takeSnapshot } from './snapshot.ts'
import { answersInTime, inVm, Unreachable } from './ssh.ts'
import { vmTemplate, type TemplateOptions } from './template.ts'

export interface UpOptions extends TemplateOptions {
  /** what is waited for now, in words that follow "waiting for" or stand alone */
  onPhase: (phase: string) => void
}

export interface Up {
  /** what had to be done: `nothing`, `started` (it was stopped), `made` */
  did: 'nothing' | 'started' | 'made'
  /** provisioning ran */
  provisioned: boolean
  acceleration: Acceleration
}

/** ms for a first boot, with the download of an image, on an emulated machine that others use too */
const BOOT = 1_800_000
/** ms: a VM whose start is this long ago and that does not answer hangs */
const BOOTING = 900_000
const ANSWER = 15_000
/** ms: an emulated VM on a busy machine may take longer to answer than one that is asked often should */
const HANGS = 60_000

/** Cut off at any moment, the next one goes on from there. Throws Problem. */
export async function vmUp(options: UpOptions): Promise<Up> {
  const { root, onPhase } = options
  const place = vmPlace()
  await requireLimactl()
  requireQemu()
  onPhase('a look at this machine')
  const acceleration = await findAcceleration()
  const did = await bringUp(place, acceleration, options)
  onPhase('the VM to answer')
  const seen = await lookAround(place)
  await setClock(place, seen)
  const digest = provisioningDigest(root)
  const provisioned = seen.marker !== digest
  if (provisioned) await provision(place, root, (step) => onPhase(`provisioning: ${step}`))
  if ((await keepsSnapshots(place)) && !(await hasSnapshot(place, digest))) {
    onPhase('a snapshot to return to')
    await takeSnapshot(place, digest)
  }
  return { did, provisioned, acceleration }
}

function requireQemu(): void {
  if (process.platform === 'darwin' || onPath(qemuProgram()) !== undefined) return
  const program = qemuProgram()
  throw new Problem({
    what: `${program} is not on PATH, and the VM runs on it`,
    remedy: installLine([packagesOf(program), packagesOf('qemu-img')], 'install QEMU, your system’s package'),
  })
}

async function bringUp(place: VmPlace, acceleration: Acceleration, options: UpOptions): Promise<Up['did']> {
  const instance = await findInstance(place)
  if (instance?.status === 'Running') {
    if (await comesUp(place, options)) return 'nothing'
    options.onPhase('a VM that hangs to be stopped')
    await limactl(['stop', '--force', place.name], { timeout: BOOT })
  }
  const did = isWhole(instance) ? 'started' : 'made'
  if (did === 'made') await make(place, instance, options)
  options.onPhase('the VM to start')
  try {
    await limactl(['start', `--timeout=${BOOT / 60_000}m`, place.name], {
      timeout: BOOT,
      environment: acceleration.environment,
      onMessage: (message) => tell(message, options),
    })
  } catch (error) {
    // "DEGRADED" where a slow guest starts Lima's agent late; that one forwards ports, and nothing here needs it.
    if ((await findInstance(place))?.status !== 'Running' || !(await comesUp(place, options))) throw error
  }
  return did
}

/** One that is taken for hanging is stopped by force, so it is asked once more, with more patience and in a new connection. */
async function comesUp(place: VmPlace, options: UpOptions): Promise<boolean> {
  if ((await answers(place)) || ((await isBooting(place)) && (await booted(place, options)))) return true
  options.onPhase('a VM that may hang to answer')
  return (await answersInTime(place, HANGS)) && (await answers(place))
}

/** One whose making was cut off has no disk to boot from: it is made anew. */
const isWhole = (instance: Instance | undefined): boolean =>
  instance !== undefined && ['Running', 'Stopped'].includes(instance.status) && instance.errors.length === 0

async function make(place: VmPlace, old: Instance | undefined, options: UpOptions): Promise<void> {
  if (old !== undefined) {
    options.onPhase('what a cut-off start left to be removed')
    await limactl(['delete', '--force', place.name], { timeout: BOOT })
  }
  const folder = await mkdtemp(join(tmpdir(), 'drydock-vm-'))
  try {
    const file = join(folder, 'lima.yaml')
    await writeFile(file, vmTemplate(options))
    options.onPhase('the VM to be made')
    await limactl(['create', `--name=${place.name}`, file], { timeout: BOOT, onMessage: (said) => tell(said, options) })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function tell(message: string, { onPhase }: UpOptions): void {
  const phase = phaseOf(message)
  if (phase !== undefined) onPhase(phase)
}

/** Lima writes this when its own set-up of the guest has ended. */
async function answers(place: VmPlace): Promise<boolean> {
  try {
    return (await inVm(place, ['test', '-e', '/run/lima-boot-done'], { timeout: ANSWER })).code === 0
  } catch (error) {
    if (error instanceof Unreachable) return false
    throw error
  }
}

async function isBooting({ dir }: VmPlace): Promise<boolean> {
  const started = await stat(join(dir, 'ha.pid')).catch(() => undefined)
  return started !== undefined && Date.now() - started.mtimeMs < BOOTING
}

/** Waits for a start that somebody else began, or that was cut off. */
async function booted(place: VmPlace, { onPhase }: UpOptions): Promise<boolean> {
  onPhase('the VM, which is starting already')
  while (await isBooting(place)) {
    if (await answers(place)) return true
    await sleep(1000)
  }
  return false
}
