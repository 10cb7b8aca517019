/** A session: what the engine does with the commands that it reads, until its input ends or it hears `bye`. */
import {
  PROTOCOL,
  type Command,
  type RunCommand,
  type ScriptCommand,
  type SourceFile,
  type TargetFacts,
} from '../protocol/index.ts'
import type { BUILD_MOST } from './build.ts'
import type { Given, RunTools } from './prepare.ts'
import { run } from './run.ts'
import { runScripts } from './run-scripts.ts'
import type { Speed } from './speed.ts'
import type { EventStream } from './stream.ts'
import { bug } from './tear-down.ts'
import type { Workplace } from './workplace.ts'

export interface SessionTools {
  stream: EventStream
  workplace: Workplace
  facts: TargetFacts
  removed: string[]
  speed: Speed
  cacheRoot: string | undefined
  buildMost: typeof BUILD_MOST
}

/** Resolves when everything that was started is torn down. */
export async function session(commands: AsyncIterable<Command>, tools: SessionTools): Promise<void> {
  const stored = new Map<string, SourceFile[]>()
  const runs = new Map<string, { cancel: AbortController; done: Promise<void> }>()

  const start = (command: RunCommand | ScriptCommand, given: Given): void => {
    const cancel = new AbortController()
    const runTools: RunTools = { ...tools, signal: cancel.signal, send: (event) => tools.stream.send(event) }
    const work = command.type === 'run' ? run(command, given, runTools) : runScripts(command, given, runTools)
    const done = work
      .catch((error: unknown) => {
        const fault =
          error instanceof Error && error.name === 'EnvironmentFault' && 'fault' in error
            ? (error.fault as ReturnType<typeof bug>)
            : bug(error)
        tools.stream.send({ type: 'fault', run: command.run, fault })
      })
      .finally(() => runs.delete(command.run))
    runs.set(command.run, { cancel, done })
  }

  for await (const command of commands) {
    if (command.type === 'hello') {
      const factor = await tools.speed.measure()
      const { facts, removed } = tools
      tools.stream.send({ type: 'hello', protocol: PROTOCOL, facts, factor, removed })
    } else if (command.type === 'put') {
      stored.set(command.digest, command.files)
      tools.stream.send({ type: 'stored', digest: command.digest })
    } else if (command.type === 'run' || command.type === 'script') {
      const { run, checkers: bundle, component } = command
      const [files, checkers] = [stored.get(component.source), stored.get(bundle)]
      if (files !== undefined && checkers !== undefined) start(command, { files, checkers })
      else tools.stream.send({ type: 'missing', run, digest: files === undefined ? component.source : bundle })
    } else if (command.type === 'cancel') {
      runs.get(command.run)?.cancel.abort()
    } else break
  }
  const open = [...runs.values()]
  for (const { cancel } of open) cancel.abort()
  await Promise.all(open.map(({ done }) => done))
}
