/** Starts an engine on the target that was asked for, or on the one that fits. */
import { join } from 'node:path'
import { EXIT, Problem } from '../problem.ts'
import type { ConnectOptions, Engine } from './target.ts'

/** Targets that exist, in the order in which `auto` tries them. */
export const TARGETS = ['local', 'uml', 'lima'] as const

/** Throws Problem: an unknown target, or one that can't be used on this machine. */
export async function connect(options: ConnectOptions): Promise<Engine> {
  const engine = join(options.root, 'dist', 'engine.cjs')
  if (options.target === 'uml') {
    const { connectUml } = await import('./uml/uml.ts')
    return connectUml(options, engine)
  }
  if (options.target === 'lima') {
    const { connectLima } = await import('./lima/lima.ts')
    return connectLima(options, engine)
  }
  if (options.target !== 'auto' && options.target !== 'local') {
    throw new Problem(
      {
        what: `There is no target "${options.target}".`,
        why: `The targets are auto, ${TARGETS.join(', ')}.`,
        remedy: 'Write one of them into workspace.yaml, for example: target: auto',
      },
      EXIT.environment,
    )
  }
  if (process.platform !== 'linux') {
    throw new Problem({
      what: `components run on Linux, and this machine runs ${process.platform}`,
      remedy: 'run lab on a Linux machine, in WSL2 or in a Linux VM',
    })
  }
  const { connectLocal } = await import('./local.ts')
  return connectLocal(options, engine)
}
