/** Starts an engine on the target that was asked for, or on the one that fits. */
import { join } from 'node:path'
import { EXIT, Problem } from '../problem.ts'
import type { ConnectOptions, Engine } from './target.ts'

type Start = (options: ConnectOptions, enginePath: string) => Promise<Engine>

/** How an engine is started on each target, in the order in which `auto` tries them. */
const STARTS = {
  local: async (options, engine) => {
    requireLinux()
    return (await import('./local.ts')).connectLocal(options, engine)
  },
  uml: async (options, engine) => (await import('./uml/uml.ts')).connectUml(options, engine),
  lima: async (options, engine) => (await import('./lima/lima.ts')).connectLima(options, engine),
} as const satisfies Record<string, Start>

export type TargetName = keyof typeof STARTS
export const TARGETS = Object.keys(STARTS) as TargetName[]

/** Throws Problem: an unknown target, or one that can't be used on this machine. */
export async function connect(options: ConnectOptions): Promise<Engine> {
  const engine = join(options.root, 'dist', 'engine.cjs')
  const { target } = options
  if (target === 'auto') return first(options, engine)
  const named = TARGETS.find((name) => name === target)
  if (named !== undefined) return STARTS[named](options, engine)
  throw new Problem(
    {
      what: `There is no target "${target}".`,
      why: `The targets are auto, ${TARGETS.join(', ')}.`,
      remedy: 'Write one of them into workspace.yaml, for example: target: auto',
    },
    EXIT.environment,
  )
}

/**
 * The first target that serves what is required; says why it is not the first of all. What a target lacks is often known
 * only when its engine has tried to start, so the next one is tried then. Throws Problem: what the first one said, since
 * that is the one to mend, and what keeps others from taking its place where it can't be mended.
 */
async function first(options: ConnectOptions, engine: string): Promise<Engine> {
  const refusals: { name: TargetName; problem: Problem }[] = []
  for (const name of TARGETS) {
    try {
      const started = await STARTS[name](options, engine)
      const why = refusals.map(({ name, problem }) => `${name} can not be used: ${problem.text.what}`)
      if (why.length > 0) options.onNote?.(`target ${name}; ${why.join('; ')}`)
      return started
    } catch (error) {
      if (!(error instanceof Problem) || error.exitCode !== EXIT.environment) throw error
      refusals.push({ name, problem: error })
    }
  }
  // Elsewhere than on Linux there is only the VM to mend.
  const [one, ...others] = process.platform === 'linux' ? refusals : refusals.slice(-1)
  if (one === undefined) throw new Error('there is no target')
  const { text } = one.problem
  const unmendable = options.requires.some((need) => need === 'cgroup2' || need === 'clock')
  const next = others[0]?.problem.text
  throw unmendable && next !== undefined
    ? new Problem({ ...next, why: `${text.what}; ${next.why ?? 'a throw-away kernel offers it'}` })
    : one.problem
}

function requireLinux(): void {
  if (process.platform === 'linux') return
  throw new Problem({
    what: `components run on Linux, and this machine runs ${process.platform}`,
    remedy: 'run lab on a Linux machine, in WSL2 or in a Linux VM',
  })
}
