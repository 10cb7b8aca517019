/** A slice as the kernel's files show it, and `cg` as a program of the host. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { statOf, type CheckContext, type Running } from '../../kit/index.ts'
import { isGone } from '../../kit/procfs.ts'

/** The root of the host's own tree: it has no processes, and enables no controller at first. */
export const ROOT = '/sys/fs/cgroup'

/** What all checks call their slice; each has a host of its own. */
export const NAME = 'web'

/** ms on a fast laptop for `cg` to do what it does at once */
export const SOON = 2000

/** A folder of cgroupfs in the host. */
export class Group {
  readonly path: string
  readonly #context: CheckContext

  constructor(context: CheckContext, path: string) {
    this.#context = context
    this.path = path
  }

  get exists(): boolean {
    return existsSync(this.#context.host.path(this.path))
  }

  /** undefined where there is no such file: the slice is gone, or the controller is not enabled */
  read(file: string): string | undefined {
    try {
      return readFileSync(this.#context.host.path(`${this.path}/${file}`), 'utf8').trim()
    } catch (error) {
      // A cgroup that is removed while one of its files is open: ENODEV.
      if (isGone(error) || (error instanceof Error && 'code' in error && error.code === 'ENODEV')) return undefined
      throw error
    }
  }

  /** A number of a file of lines "KEY VALUE", or of one that is a number. */
  number(file: string, key?: string): number | undefined {
    const text = this.read(file)
    const value = key === undefined ? text : new RegExp(`^${key} (\\d+)$`, 'm').exec(text ?? '')?.[1]
    return value === undefined ? undefined : Number(value)
  }

  /** pids as the engine knows them */
  get processes(): number[] {
    return (this.read('cgroup.procs') ?? '').split('\n').filter(Boolean).map(Number)
  }

  get populated(): boolean {
    return this.number('cgroup.events', 'populated') === 1
  }

  /** names of the cgroups in it */
  get below(): string[] {
    return readdirSync(this.#context.host.path(this.path), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort()
  }

  write(file: string, text: string): void {
    writeFileSync(this.#context.host.path(`${this.path}/${file}`), text)
  }

  /** A cgroup in it, whether it is there or not. */
  within(name: string): Group {
    return new Group(this.#context, `${this.path}/${name}`)
  }

  /** A new cgroup in it. */
  make(name: string): Group {
    const made = this.within(name)
    mkdirSync(this.#context.host.path(made.path))
    this.#context.timeline.note('made', made.path)
    return made
  }
}

export const rootOf = (context: CheckContext): Group => new Group(context, ROOT)

export const sliceOf = (context: CheckContext, name = NAME): Group => new Group(context, `${ROOT}/${name}`)

export const CONTROLLERS = ['cpu', 'memory', 'pids']

const all = (controllers: string[]): string => controllers.map((one) => `+${one}`).join(' ')

/**
 * A place two levels below the root that has some of the controllers, with a cgroup in it for those who call `cg`: returns the path of
 * the latter, and the slice NAME as it would be there.
 */
export function placeWith(
  context: CheckContext,
  name: string,
  controllers: string[],
): { place: Group; shell: string; slice: Group } {
  const root = rootOf(context)
  root.write('cgroup.subtree_control', all(CONTROLLERS))
  const outer = root.make(name)
  outer.write('cgroup.subtree_control', all(controllers))
  const place = outer.make('place')
  return { place, shell: place.make('shell').path, slice: place.within(NAME) }
}

/** Executes what follows in a cgroup. */
export const within = (group: string, argv: string[]): string[] => [
  'sh',
  '-c',
  'echo 0 >"$0/cgroup.procs" && exec "$@"',
  group,
  ...argv,
]

interface Calling {
  /** path of the cgroup that `cg` itself is in */
  shell?: string
  /** words before those of `cg`: another priority, another processor */
  by?: string[]
  brisk?: boolean
}

/** Starts `cg` with arguments. */
export function startCg(
  context: CheckContext,
  args: string[],
  { shell, by = [], brisk }: Calling = {},
): Promise<Running> {
  const argv = [...by, ...context.component.argv('main', args)]
  const name = `cg ${args[0] ?? ''}`
  return context.host.start(shell === undefined ? argv : within(shell, argv), {
    name,
    ...(brisk === undefined ? {} : { brisk }),
  })
}

/** Starts `cg run` in the slice NAME, or in another one, with a program of the checks as its command. */
export const startRun = (
  context: CheckContext,
  options: string[],
  command: string[],
  { slice = NAME, ...calling }: Calling & { slice?: string } = {},
): Promise<Running> => startCg(context, ['run', '--slice', slice, ...options, '--', 'sh', ...command], calling)

/** `cg` has to say no where there is no such slice. */
export async function refusesNone(context: CheckContext, args: string[]): Promise<void> {
  const cg = await startCg(context, [...args, 'none'])
  const expected = `\`cg ${args.join(' ')} none\`, where there is no such slice, exits with a code that is not 0`
  await exits(context, cg, expected, isNotZero)
}

/** Waits until the command has said a line; `expected` is what that shows. */
export async function said(context: CheckContext, cg: Running, line: string, expected: string): Promise<void> {
  await context.eventually(
    expected,
    () => cg.output.texts(),
    (lines) => lines.includes(line),
    (lines) => `${ended(cg)}; the command said ${lines.length === 0 ? 'nothing' : `"${lines.at(-1) ?? ''}"`}`,
    { within: SOON, over: () => cg.exit !== undefined },
  )
}

/** Waits until the command has a process two levels below its slice; returns the cgroup that this one is in. */
export async function hasBelow(context: CheckContext, cg: Running, slice: Group): Promise<Group> {
  const below = slice.within('below/it')
  await context.eventually(
    'the command has a process in a cgroup two levels below its slice',
    () => below.populated,
    (populated) => populated,
    () => ended(cg),
    { within: SOON, over: () => cg.exit !== undefined },
  )
  return below
}

/** "cg run exited 1" or "cg run still runs": without times. */
export function ended({ name, exit }: Running): string {
  if (exit === undefined) return `${name} still runs`
  return exit.signal === undefined ? `${name} exited ${exit.code}` : `${name} was ended by ${exit.signal}`
}

/** Whether `cg` has ended, which the kernel knows before its output has been read. */
export const isOver = (cg: Running): boolean =>
  cg.exit !== undefined || ['Z', undefined].includes(statOf(cg.pid ?? 0)?.state)

/** Waits for the exit of `cg`, whose code has to be right. */
export async function exits(
  context: CheckContext,
  cg: Running,
  expected: string,
  isRight: (code: number | undefined) => boolean,
): Promise<void> {
  await context.eventually(
    expected,
    () => cg.exit,
    (exit) => exit !== undefined,
    () => ended(cg),
    { within: SOON },
  )
  context.expect(isRight(cg.exit?.code), expected, () => ended(cg))
}

export const isZero = (code: number | undefined): boolean => code === 0
export const isNotZero = (code: number | undefined): boolean => code !== undefined && code !== 0

/** Calls `cg` with arguments, and waits until it has exited 0. */
export async function call(context: CheckContext, args: string[], calling?: Calling): Promise<Running> {
  const cg = await startCg(context, args, calling)
  await exits(context, cg, `\`cg ${args.join(' ')}\` exits 0`, isZero)
  return cg
}
