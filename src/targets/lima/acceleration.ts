/** Whether the processor helps the VM to run (KVM), found by trying: /dev/kvm exists on machines where it serves no guest. */
import { accessSync, constants, existsSync } from 'node:fs'
import { execa } from 'execa'
import { onPath } from '../../on-path.ts'
import { isOlder } from './limactl.ts'

export interface Acceleration {
  /** `hvf` stands for what macOS brings: Lima's driver vz */
  kind: 'kvm' | 'hvf' | 'emulated'
  why: string
  /** variables that limactl and what it starts need for it */
  environment: Record<string, string>
}

/** ms for a QEMU without a guest to start and to end; measured: 65 */
const TRY = 15_000

interface Qemu {
  program: string
  variable: string
  machine: string
  cpu: string
}

const x64: Qemu = {
  program: 'qemu-system-x86_64',
  variable: 'QEMU_SYSTEM_X86_64',
  machine: 'q35,vmport=off',
  // Without what costs an emulation time and a grader nothing.
  cpu: 'max,-la57,-svm,-pku,-smap,-smep',
}
const QEMU: Readonly<Record<string, Qemu>> = {
  x64,
  arm64: { program: 'qemu-system-aarch64', variable: 'QEMU_SYSTEM_AARCH64', machine: 'virt', cpu: 'max' },
}

export const qemuProgram = (arch: string = process.arch): string => QEMU[arch]?.program ?? `qemu-system-${arch}`

/** How the VM would run here. Starts a QEMU without a guest, where there is one. */
export async function findAcceleration(device = '/dev/kvm'): Promise<Acceleration> {
  if (process.platform === 'darwin') return { kind: 'hvf', why: 'macOS runs it', environment: {} }
  const qemu = QEMU[process.arch]
  if (qemu === undefined || onPath(qemu.program) === undefined) {
    return { kind: 'emulated', why: `${qemuProgram()} is not on PATH`, environment: {} }
  }
  const why = await kvmRefusal(qemu.program, device)
  if (why === undefined) return { kind: 'kvm', why: `${device} serves guests`, environment: {} }
  const version = await qemuVersion(qemu.program)
  return { kind: 'emulated', why, environment: { [qemu.variable]: emulating(version) } }
}

/** QEMU 7.2 emulates CMPXCHG16B so that a kernel 6.12 panics within a minute; 10.0 does not. */
export const emulationPanics = (version: string, arch: string = process.arch): boolean =>
  arch === 'x64' && isOlder(version, '10.0')

/** The command that emulates a guest, as limactl takes it from its environment. */
export function emulating(version: string, arch: string = process.arch): string {
  const { program, machine, cpu } = QEMU[arch] ?? x64
  const processor = emulationPanics(version, arch) ? `${cpu},-cx16` : cpu
  return `${program} -machine ${machine} -accel tcg,thread=multi,tb-size=512 -cpu ${processor}`
}

export async function qemuVersion(program: string): Promise<string> {
  const { stdout } = await execa(program, ['--version'], { reject: false, timeout: TRY, cwd: '/' })
  return /version (\d+(?:\.\d+)*)/.exec(stdout)?.[1] ?? '0'
}

/** Why KVM does not serve a guest, or undefined when it does. */
async function kvmRefusal(program: string, device: string): Promise<string | undefined> {
  if (!existsSync(device)) return `there is no ${device}`
  try {
    accessSync(device, constants.R_OK | constants.W_OK)
  } catch {
    return `this user may not open ${device}`
  }
  // The virtual processor is made and given its registers; where KVM does not serve that fails, and QEMU aborts.
  const args = ['-accel', 'kvm', '-cpu', 'host', '-nodefaults', '-display', 'none', '-monitor', 'stdio', '-S']
  const machine = process.arch === 'arm64' ? ['-machine', 'virt'] : ['-machine', 'q35']
  const done = await execa(program, [...machine, ...args], {
    input: 'info status\nquit\n',
    reject: false,
    timeout: TRY,
    cwd: '/',
  })
  if (!done.failed && done.stdout.includes('VM status')) return undefined
  const said = done.stderr.trim().split('\n')[0] ?? ''
  return `${device} exists and serves no guest${said === '' ? '' : `: ${said.replace(/^qemu-system-\w+: /, '')}`}`
}
