/** One small machine: pid, mount, net, uts, ipc and cgroup namespaces over the run's view, with bounds of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, constants, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { once } from 'node:events'
import type { Component } from '../component.ts'
import { EnvironmentFault } from '../outcome.ts'
import { Output } from '../output.ts'
import { allPids, childrenOf, readProcLink, statOf, type ProcessStat } from '../procfs.ts'
import type { Timeline } from '../timeline.ts'
import enterScript from './enter.sh'
import { untilExecuted } from './executed.ts'
import { FIFOS, makeFifos } from './fifos.ts'
import { Init, Running, sendSignal, Streams } from './running.ts'
import { requireScript, terminalCommand } from './terminal.ts'
import upScript from './up.sh'

/** What hosts of one run share; the engine makes it. */
export interface Ground {
  /** the mounted view */
  view: string
  /** text of the fstab for a host's own mounts */
  fstab: string
  /** an empty folder for this host's fifos and fstab */
  folder: string
  /** cgroup folders that its processes enter */
  cgroups: string[]
  /** the root of a cgroup v2 tree that is the host's own; `cgroups` is a group in it */
  tree?: string
  /** options for prlimit(1), where no cgroup bounds a host; may be empty */
  limits: string[]
  /** environment of programs in the host */
  environment: Record<string, string>
  /** shares the machine's network: only where a component's `fetch` runs */
  network?: boolean
  /**
   * Each program is root of a user namespace of its own, and of nothing else: it can't make writable what it sees
   * read-only, mount what the kernel keeps for root, or reach another program of the host by its rights.
   */
  confined?: boolean
}

export interface StartOptions {
  /** name for timeline and texts; default: the program's */
  name?: string
  /** gives the program a terminal (a pty of the host) as input, output and controlling terminal */
  terminal?: boolean
  /** options for setpriv(1): another user, fewer rights */
  privileges?: string[]
  /** standard error goes where standard output goes, as on a terminal; what it writes is output of the stream `out` */
  merged?: boolean
  /** working directory inside the host, default / */
  cwd?: string
  /** for a check that acts in the program's first millisecond: its start is watched without a pause, which costs a processor */
  brisk?: boolean
  /** gets standard output as bytes, for a program whose output is no text; it has no lines then */
  onBytes?: (chunk: Buffer) => void
}

/**
 * Options of unshare(1). A mount namespace of another user namespace than the one it was made from has its mounts locked
 * as they are: mount_namespaces(7), "Restrictions on mount namespaces".
 */
const CONFINED = ['--user', '--map-root-user']

export class Host {
  readonly name: string
  readonly #ground: Ground
  readonly #timeline: Timeline
  readonly #holder: ChildProcess
  readonly #holderPid: number
  readonly #running: Running[] = []
  readonly #open: number[] = []
  #members: ProcessStat[] = []
  #fifos = 0
  /** the call that makes the fifos of the programs that start now; several may start at once */
  #making: Promise<void> = Promise.resolve()

  private constructor(name: string, ground: Ground, timeline: Timeline, holder: ChildProcess, holderPid: number) {
    this.name = name
    this.#ground = ground
    this.#timeline = timeline
    this.#holder = holder
    this.#holderPid = holderPid
  }

  /** Brings a host up. Throws EnvironmentFault when the machine refuses, with what it said. */
  static async up(name: string, ground: Ground, timeline: Timeline): Promise<Host> {
    mkdirSync(ground.folder, { recursive: true })
    const fstab = `${ground.folder}/fstab`
    writeFileSync(fstab, ground.fstab)
    await makeFifos(ground.folder, 0)
    const [begin = '', ...words] = [...inTree(ground), 'unshare']
    const holder = spawn(
      begin,
      words
        .concat(['--mount', '--uts', '--ipc', '--pid', '--fork', '--kill-child', '--propagation', 'private'])
        .concat(ground.tree === undefined ? ['--cgroup'] : [])
        .concat(ground.network === true ? [] : ['--net'])
        .concat(['sh', '-c', upScript, 'up.sh'])
        .concat([ground.view, fstab, name]),
      { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] }, detached: true },
    )
    holder.stdin.on('error', () => undefined)
    let said = ''
    holder.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)))
    const up = await Promise.race([
      once(holder.stdout, 'data').then(() => true),
      once(holder, 'exit').then(() => false),
      once(holder, 'error').then(([error]) => {
        said = String(error)
        return false
      }),
    ])
    const [holderPid] = holder.pid === undefined ? [] : childrenOf(holder.pid)
    if (!up || holderPid === undefined) {
      throw new EnvironmentFault('this machine could not bring up a host', {
        why: said.trim() || 'unshare ended without a word',
        remedy: 'run lab on the machine itself; in a container, start that with --privileged',
      })
    }
    return new Host(name, ground, timeline, holder, holderPid)
  }

  /** A path of the host, as the engine reaches it. */
  path(inside: string): string {
    return `/proc/${this.#holderPid}/root${inside}`
  }

  /**
   * Writes into a fifo of the host. It is opened for reading too, so that this never blocks and the text waits for its
   * reader; our end stays open until the host goes down. Throws when the fifo does not exist.
   */
  tell(fifo: string, text: string): void {
    const fd = openSync(this.path(fifo), constants.O_RDWR | constants.O_NONBLOCK)
    this.#open.push(fd)
    writeSync(fd, text)
  }

  /** Starts a program in the host; resolves once it has been executed or has ended. */
  async start(argv: string[], options: StartOptions = {}): Promise<Running> {
    const name = options.name ?? argv[0] ?? 'program'
    const cwd = options.cwd === undefined ? [] : ['env', '-C', options.cwd]
    const privileges = options.privileges === undefined ? [] : ['setpriv', ...options.privileges, '--']
    const { made, launcher } = await this.#spawn(
      name,
      [...(this.#ground.confined === true ? ['unshare', ...CONFINED, '--mount', '--'] : [])]
        .concat(cwd, privileges)
        .concat(argv),
      argv,
      (parts) => new Running(parts),
      options,
    )
    // nsenter forks into the pid namespace: the program is its child.
    await untilExecuted(launcher, argv, made, (pid) => (made.pid = pid), { brisk: options.brisk })
    return made
  }

  /** Starts a component as process 1 of a new pid namespace inside the host, with /proc of that namespace. */
  async startInit(component: Component, args: string[], options: StartOptions = {}): Promise<Init> {
    const argv = component.argv('main', args)
    const name = options.name ?? 'init'
    if (options.terminal === true) requireScript(this.#ground.environment['PATH'])
    const own = this.#ground.confined === true ? CONFINED : []
    const terminal = options.terminal === true ? terminalCommand(argv, own) : undefined
    const command =
      terminal !== undefined
        ? terminal.command
        : ['unshare', ...own, '--pid', '--fork', '--kill-child', '--mount-proc', '--', ...argv]
    const { made, launcher } = await this.#spawn(name, command, argv, (parts) => new Init(parts))
    await untilExecuted(launcher, argv, made, (pid) => made.became(pid), {
      depth: 2,
      brisk: options.brisk,
      ...(terminal === undefined ? {} : { tool: terminal.shell }),
    })
    return made
  }

  async #spawn<R extends Running>(
    name: string,
    command: string[],
    shown: string[],
    make: (parts: ConstructorParameters<typeof Running>[0]) => R,
    { merged, onBytes }: Pick<StartOptions, 'merged' | 'onBytes'> = {},
  ): Promise<{ made: R; launcher: number }> {
    const { folder, cgroups, limits, environment, network } = this.#ground
    const index = this.#fifos
    this.#fifos += 1
    if (index > 0 && index % FIFOS === 0) this.#making = makeFifos(folder, index)
    await this.#making
    const prefix = `${folder}/${index}`
    const output = new Output(() => this.#timeline.now())
    let drainedResolve: () => void = () => undefined
    const drained = new Promise<void>((resolve) => (drainedResolve = resolve))
    const streams = new Streams(prefix, output, drainedResolve, onBytes)
    this.#timeline.note('start', shown.map(shellWord).join(' '))
    const child = spawn(
      'sh',
      ['-c', enterScript, 'enter.sh', String(this.#holderPid), prefix, cgroups.join(':'), limits.join(' ')]
        .concat(merged === true ? 'out' : 'err', network === true ? '' : '--net')
        .concat(command),
      // A session of its own: kill(0, …) in the program reaches its process group, also beyond its pid namespace.
      { stdio: 'ignore', env: environment, cwd: '/', detached: true },
    )
    const made = make({ name, child, streams, output, timeline: this.#timeline, drained })
    this.#running.push(made)
    if (child.pid === undefined) throw new EnvironmentFault('sh could not be started', { remedy: 'lab doctor' })
    return { made, launcher: child.pid }
  }

  /** The process whose namespaces a shell enters: a component that still runs, else process 1 of the host. */
  get entrance(): { pid: number; name: string; environment: Record<string, string>; confined: boolean } {
    const running = this.#running.findLast((program) => program instanceof Init && program.exit === undefined)
    const { environment, confined } = this.#ground
    if (running?.pid === undefined) return { pid: this.#holderPid, name: this.name, environment, confined: false }
    return { pid: running.pid, name: running.name, environment, confined: confined === true }
  }

  /** All programs that were started here, in order: for evidence. */
  get programs(): readonly Running[] {
    return this.#running
  }

  /**
   * Ends everything in the host: process 1 is killed, and with it the kernel ends the pid namespace and those inside it
   * (pid_namespaces(7), "The namespace init process"). Resolves when the kernel is done.
   */
  async down(): Promise<void> {
    if (this.#holder.exitCode === null && this.#holder.signalCode === null) {
      this.#members = this.#processes()
      const gone = once(this.#holder, 'exit')
      // Process 1 itself, not unshare: that one waits for it, and so tells us when the kernel is done.
      sendSignal(this.#holderPid, 'SIGKILL')
      await gone
    }
    await Promise.all(this.#running.map((running) => running.exited))
    for (const fd of this.#open.splice(0)) closeSync(fd)
  }

  /**
   * Every process of the host: those in its own pid namespace and their descendants. A namespace inside it is not asked
   * for by its inode number, since the kernel gives that to the next namespace as soon as this one is gone.
   */
  #processes(): ProcessStat[] {
    const own = readProcLink(this.#holderPid, 'ns/pid')
    const all = allPids().flatMap((pid) => statOf(pid) ?? [])
    const members = new Set(all.filter(({ pid }) => readProcLink(pid, 'ns/pid') === own).map(({ pid }) => pid))
    for (let before = -1; before !== members.size;) {
      before = members.size
      for (const { pid, ppid } of all) if (members.has(ppid)) members.add(pid)
    }
    return all.filter(({ pid }) => members.has(pid))
  }

  /** Processes that were the host's when it was taken down and still live: none, or the kernel or we are wrong. */
  left(): ProcessStat[] {
    return this.#members.filter((member) => statOf(member.pid)?.startTime === member.startTime)
  }
}

/**
 * What makes the cgroup namespace of a host whose tree is its own: the namespace's root is the group in which a process
 * is when it makes one (cgroup_namespaces(7)). After that it moves into the leaf: the root must be without processes.
 */
function inTree({ tree, cgroups: [programs] }: Ground): string[] {
  if (tree === undefined || programs === undefined) return []
  const enter = 'echo 0 >"$0"/cgroup.procs && exec "$@"'
  return ['sh', '-c', enter, tree, 'unshare', '--cgroup', '--', 'sh', '-c', enter, programs]
}

/** A word as a shell would need it, for texts only. */
export const shellWord = (word: string): string =>
  /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
