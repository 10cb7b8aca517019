/** Lima's own program, which makes, starts and stops the VM. Checks go past it, through ssh. */
import { createInterface } from 'node:readline'
import { execa } from 'execa'
import * as v from 'valibot'
import { onPath } from '../../on-path.ts'
import { Problem } from '../../problem.ts'
import type { VmPlace } from './place.ts'

/** The oldest Lima that reads vm/lima.yaml: its `minimumLimaVersion`. */
export const OLDEST = '2.0.0'

/** ms for a question that limactl answers from its files */
const ANSWER = 20_000

/** What `limactl list` says of an instance, as far as it is used here. */
const Instance = v.object({
  name: v.string(),
  /** `Running`, `Stopped`, `Broken`, `Uninitialized`, `Installing` … */
  status: v.string(),
  dir: v.string(),
  vmType: v.optional(v.string(), ''),
  arch: v.optional(v.string(), ''),
  errors: v.optional(v.array(v.unknown()), []),
})
export type Instance = v.InferOutput<typeof Instance>

/** Why limactl can't be used here, or undefined. Starts nothing. */
export function limactlRefusal(uid: number | undefined = process.getuid?.()): Problem | undefined {
  if (uid === 0) {
    return new Problem({
      what: 'Lima does not run as root',
      why: 'limactl refuses it: the VM is an ordinary user’s process.',
      remedy: 'run lab as an ordinary user; as root there is the target local',
    })
  }
  if (onPath('limactl') !== undefined) return undefined
  return new Problem({
    what: 'limactl is not on PATH, and the VM is made with it',
    remedy:
      process.platform === 'darwin'
        ? 'brew install lima'
        : `install Lima ${OLDEST} or newer: https://lima-vm.io/docs/installation/`,
  })
}

/** Throws Problem when limactl can't be used, or is older than what vm/lima.yaml needs. Returns its version. */
export async function requireLimactl(): Promise<string> {
  const refused = limactlRefusal()
  if (refused !== undefined) throw refused
  const { stdout } = await limactl(['--version'])
  const version = /\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? ''
  if (!isOlder(version, OLDEST)) return version
  throw new Problem({
    what: `limactl ${version === '' ? 'does not tell its version' : `${version} is too old`}: the VM needs Lima ${OLDEST} or newer`,
    remedy:
      process.platform === 'darwin'
        ? 'brew upgrade lima'
        : 'install a newer one: https://lima-vm.io/docs/installation/',
  })
}

/** Compares numbers separated by dots. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number))
  for (let at = 0; at < 3; at += 1) {
    const difference = (a?.[at] ?? 0) - (b?.[at] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

/** The VM as limactl sees it; undefined where it was never made. */
export async function findInstance({ name }: VmPlace): Promise<Instance | undefined> {
  const { stdout } = await limactl(['list', '--format', 'json'])
  for (const line of stdout.split('\n').filter((one) => one.trim() !== '')) {
    const instance = v.safeParse(Instance, JSON.parse(line))
    if (instance.success && instance.output.name === name) return instance.output
  }
  return undefined
}

export interface LimactlOptions {
  /** ms */
  timeout?: number
  environment?: Record<string, string>
  /** is given each message of its log */
  onMessage?: (message: string) => void
}

/** Runs limactl and waits for it. Throws Problem with what it said when it fails. */
export async function limactl(args: string[], options: LimactlOptions = {}): Promise<{ stdout: string }> {
  const { timeout = ANSWER, environment = {}, onMessage } = options
  const child = execa('limactl', ['--tty=false', ...args], {
    reject: false,
    timeout,
    stdin: 'ignore',
    cwd: '/',
    env: environment,
  })
  if (onMessage !== undefined) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const { message } = logged(line) ?? {}
      if (message !== undefined) onMessage(message)
    })
  }
  const done = await child
  if (!done.failed) return { stdout: done.stdout }
  throw limactlProblem(args, done.stderr, done.timedOut)
}

/** What limactl said last, without its time stamps. */
export function limactlProblem(args: readonly string[], stderr: string, late: boolean): Problem {
  const messages = stderr.split('\n').flatMap((line) => {
    const { level = '', message } = logged(line) ?? {}
    return message !== undefined && level !== 'info' ? [message] : []
  })
  const why = late ? 'it did not end in time' : messages.slice(-3).join('; ')
  return new Problem({ what: `limactl ${args[0] ?? ''} failed`, why, remedy: 'lab vm status   shows the VM’s state' })
}

/** A line of limactl's log: logrus, `time="…" level=fatal msg="…"`. */
export function logged(line: string): { level: string; message: string } | undefined {
  const [, level = '', text = ''] = /level=(\w+)\s+msg=("(?:[^"\\]|\\.)*"|\S+)/.exec(line) ?? []
  if (level === '') return undefined
  const message = text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text
  return { level, message }
}
