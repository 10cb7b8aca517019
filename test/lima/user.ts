/** The user who has the VM, made by scripts/test-lima.sh: Lima refuses root. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { childrenOf, readProc } from '../../checkers/kit/procfs.ts'

const given = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: npm run test:lima sets it`)
  return value
}

export const vm = {
  user: given('LAB_VM_USER'),
  home: given('LAB_VM_HOME'),
  tools: given('LAB_VM_TOOLS'),
  image: given('LAB_VM_IMAGE'),
  full: process.env['LAB_VM_FULL'] === '1',
}

export interface Ended {
  code: number | null
  out: string
  err: string
  ms: number
}

export interface Going {
  child: ChildProcess
  ended: Promise<Ended>
}

/** Starts a program as that user, with its output on pipes, and with a text as its input. */
export function start(program: string, args: string[], input = ''): Going {
  const environment = {
    HOME: vm.home,
    PATH: `${vm.home}/bin:${vm.tools}/bin:/usr/local/bin:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
  }
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  const argv = ['-u', vm.user, '--', 'env', '-i', ...variables, program, ...args]
  const began = performance.now()
  const child = spawn('runuser', argv, { stdio: ['pipe', 'pipe', 'pipe'], cwd: vm.home })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    out,
    err,
    ms: Math.round(performance.now() - began),
  }))
  return { child, ended }
}

const argv = (args: string[]): [string, string[]] => [
  join(vm.home, 'bin/node'),
  [join(vm.home, 'lab/bin/lab.js'), ...args],
]

export const startLab = (...args: string[]): Going => start(...argv(args))

export const lab = (...args: string[]): Promise<Ended> => startLab(...args).ended

/** Runs lab with a text as its standard input. */
export const typed = (input: string, ...args: string[]): Promise<Ended> => start(...argv(args), input).ended

/** Runs shell text in the VM as root; its standard output. Throws when it fails. */
export async function inVm(text: string): Promise<string> {
  const { code, out, err } = await lab('vm', 'shell', '--', 'sudo', 'sh', '-c', text)
  if (code !== 0) throw new Error(`in the VM: exit ${code}: ${out}${err}`)
  return out
}

/** Waits until a condition holds; throws with what was last seen. Each look costs a command in the VM. */
export async function until<T>(what: string, look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const deadline = performance.now() + 120_000
  for (;;) {
    const seen = await look()
    if (holds(seen)) return seen
    if (performance.now() > deadline)
      throw new Error(`gave up waiting until ${what}; last seen: ${JSON.stringify(seen)}`)
  }
}

/** The pid of the QEMU that runs the VM. */
export const qemuPid = (): number => Number(readFileSync(join(vm.home, '.lima/drydock/qemu.pid'), 'utf8'))

/** The ssh that carries a running lab's engine: below runuser and lab. */
export function sshBelow(pid: number): number {
  const found = descendants(pid).find((one) => (readProc(one, 'cmdline') ?? '').startsWith('ssh\0-F\0'))
  if (found === undefined) throw new Error('no ssh runs below lab')
  return found
}

const descendants = (pid: number): number[] => childrenOf(pid).flatMap((child) => [child, ...descendants(child)])
