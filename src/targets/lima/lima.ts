/** The target `lima`: a Lima VM with Debian 13, reached through ssh. The engine runs there as root, as anywhere. */
import { spawn } from 'node:child_process'
import type { TargetFacts } from '../../protocol/index.ts'
import { meetEngine } from '../engine-client.ts'
import { launcher } from '../local.ts'
import type { ConnectOptions, Engine } from '../target.ts'
import { setClock } from './clock.ts'
import { diagnose } from './diagnose.ts'
import { engineFile, pushEngine, type EngineFile } from './engine-file.ts'
import { entryInVm } from './enter.ts'
import { lookAround } from './look.ts'
import type { VmPlace } from './place.ts'
import { provisioningDigest } from './provisioning.ts'
import { reconnecting } from './reconnecting.ts'
import { requireVm } from './require-vm.ts'
import { refuse } from './refuse.ts'
import { quoted, sshArgv, Unreachable } from './ssh.ts'

/** ms for ssh, sudo and Node to bring the engine to its first word, where the VM is emulated and busy */
const LAUNCH = 120_000

/** Of the guest, not of this machine. */
const ENVIRONMENT = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin',
  HOME: '/root',
  // Debian's package; the engine has no npm packages beside it there.
  LAB_ESBUILD: '/usr/bin/esbuild',
}

/** Starts an engine in the VM. Throws Problem when there is none, or it does not answer, with what mends it. */
export async function connectLima(options: ConnectOptions, enginePath: string): Promise<Engine> {
  const place = requireVm()
  const file = engineFile(enginePath)
  return reconnecting({
    connect: () => connectOnce(place, file, options),
    diagnose: (problem) => diagnose(place, problem),
  })
}

async function connectOnce(place: VmPlace, file: EngineFile, options: ConnectOptions): Promise<Engine> {
  const seen = await lookAround(place, file)
  const refused = refuse(seen, provisioningDigest(options.root))
  if (refused !== undefined) throw refused
  await setClock(place, seen)
  if (!seen.engine) await pushEngine(place, file)
  const [program = '', ...args] = sshArgv(place, engineCommand(file.path))
  // Detached, so that Ctrl-C reaches the CLI alone.
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true, cwd: '/' })
  let launched = 0
  return meetEngine(child, {
    target: 'lima',
    launch: LAUNCH,
    describe,
    explain: (said) => new Unreachable(`the engine did not start in it: ${said.trim().slice(-500)}`),
    onNote: options.onNote ?? (() => undefined),
    beforeSync: (line) => (launched = Number(/^drydock-launcher (\d+)$/.exec(line)?.[1] ?? launched)),
    entryTo: (held) => entryInVm(place, held, launched),
  })
}

/** As on `local` by root; sudo asks for no password, else Lima would not have set the VM up. The pid is for a shell. */
export function engineCommand(path: string): string[] {
  const inner = launcher('root', ['node', path, '--cache', '/var/cache/drydock'], {})
  const variables = Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}`)
  const told = `echo "drydock-launcher $$"; exec ${inner.map(quoted).join(' ')}`
  return ['exec', 'sudo', '-n', 'env', '-i', ...variables, 'sh', '-c', told]
}

const describe = (facts: TargetFacts): string =>
  `the VM (Linux ${facts.kernel.split('.').slice(0, 2).join('.')}, ${facts.arch}, root)`
