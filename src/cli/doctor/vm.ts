/** What the target lima needs of this machine. It is looked at where the workspace uses that target, or nothing else can be used. */
import { onPath } from '../../on-path.ts'
import { packagesOf, type Machine } from '../../packages.ts'
import { Problem } from '../../problem.ts'
import { freeBytes } from '../../targets/cache-folder.ts'
import { gapOf, type Gap } from './gap.ts'

/** GB of Debian's image, what is installed, and a snapshot of the memory */
const DISK = 8

export async function vmGaps(root: string, machine: Machine): Promise<Gap[]> {
  const limactl = await limactlGap(root)
  return [
    limactl,
    ...(await qemuGaps(root, machine)),
    ...sshGap(machine),
    await diskGap(),
    ...(await packageGap(root)),
    sleepGap(),
  ]
}

async function limactlGap(root: string): Promise<Gap> {
  const { requireLimactl } = await import('../../targets/lima/limactl.ts')
  const { triedVersions } = await import('../../targets/lima/versions.ts')
  try {
    const version = await requireLimactl()
    const tried = triedVersions(root).limactl
    return { name: 'limactl', state: 'present', text: version === tried ? version : `${version}; tried with ${tried}` }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { what, why, remedy } = error.text
    return { name: 'limactl', state: 'missing', text: [what, why].filter(Boolean).join(': '), remedy }
  }
}

/** On macOS the VM runs on what the system brings. */
async function qemuGaps(root: string, machine: Machine): Promise<Gap[]> {
  if (process.platform === 'darwin') return []
  const { emulationPanics, findAcceleration, qemuProgram, qemuVersion } =
    await import('../../targets/lima/acceleration.ts')
  const { triedVersions } = await import('../../targets/lima/versions.ts')
  const program = qemuProgram()
  const programs = [program, 'qemu-img'].filter((name) => onPath(name) === undefined)
  if (programs.length > 0) {
    const text = `no ${programs.join(' and no ')} on PATH; the VM runs on QEMU`
    const packages = programs.map(packagesOf)
    return [gapOf({ name: 'qemu', state: 'missing', text }, packages, 'install QEMU, your system’s package', machine)]
  }
  const [version, { kind, why }] = await Promise.all([qemuVersion(program), findAcceleration()])
  const tried = triedVersions(root).qemu
  const qemu = version === tried ? version : `${version}; tried with ${tried}`
  return [{ name: 'qemu', state: 'present', text: qemu }, kvmGap(kind === 'kvm', why, emulationPanics(version))]
}

/** `panics`: this QEMU needs what `emulating` leaves out. */
export function kvmGap(serves: boolean, why: string, panics: boolean): Gap {
  if (serves) return { name: 'kvm', state: 'present', text: why }
  const without = panics ? '; lab leaves CMPXCHG16B out, with which a guest of this QEMU panics' : ''
  const text = `the VM is emulated, 10 to 25 times slower: ${why}${without}`
  return { name: 'kvm', state: 'absent', text, ...mayOpen(why) }
}

/** What mends it where this user is only not allowed to. */
const mayOpen = (why: string): { remedy?: string } =>
  why.startsWith('this user may not') ? { remedy: 'sudo usermod -aG kvm "$USER"   then log in again' } : {}

function sshGap(machine: Machine): Gap[] {
  if (onPath('ssh') !== undefined) return []
  const text = 'not on PATH; the VM is reached with it'
  return [gapOf({ name: 'ssh', state: 'missing', text }, [packagesOf('ssh')], 'install OpenSSH’s client', machine)]
}

async function diskGap(): Promise<Gap> {
  const { vmPlace } = await import('../../targets/lima/place.ts')
  const { dir } = vmPlace()
  const free = freeBytes(dir) / 1e9
  const gap = {
    name: 'disk of the VM',
    text: `${free.toFixed(0)} GB are free for ${dir}; it grows to ${DISK} GB and more`,
  }
  if (free >= DISK) return { ...gap, state: 'present' }
  return { ...gap, state: 'missing', remedy: 'free some space there, or set LIMA_HOME to another folder' }
}

/** Nothing where the VM does not run or does not answer: why is told of the target. */
async function packageGap(root: string): Promise<Gap[]> {
  const { differingPackages } = await import('../../targets/lima/packages.ts')
  const { requireVm } = await import('../../targets/lima/require-vm.ts')
  const { triedVersions } = await import('../../targets/lima/versions.ts')
  try {
    const differ = await differingPackages(requireVm(), triedVersions(root).packages)
    const text = differ.length === 0 ? 'those that were tried' : differ.join(', ')
    return [{ name: 'packages of the VM', state: 'present', text }]
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return []
  }
}

/** Nothing of the VM's is forwarded, so that no port of this machine can be in its way. */
const sleepGap = (): Gap => ({
  name: 'sleep',
  state: 'present',
  text: 'a run during which this machine sleeps is given up (exit code 3); no port of the VM appears here',
})
