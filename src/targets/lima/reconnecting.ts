/** An engine behind a connection that may break: one more try before the first check begins, and none after it. */
import type { Event } from '../../protocol/index.ts'
import { EXIT, Problem } from '../../problem.ts'
import type { Engine } from '../target.ts'
import { ClockWatch, type Clocks } from './clock.ts'
import type { Diagnosis } from './diagnose.ts'
import { Unreachable } from './ssh.ts'

export interface Reconnecting {
  /** starts an engine; throws Unreachable where another try may do, and other problems as they are to be told */
  connect: () => Promise<Engine>
  diagnose: (problem: Problem) => Promise<Diagnosis>
  clocks?: Clocks
}

/** Verdicts that have begun are never begun anew: what disturbed the connection may have disturbed the component too. */
export async function reconnecting({ connect, diagnose, clocks }: Reconnecting): Promise<Engine> {
  let mayTryAgain = true
  let engine: Engine

  /** Another engine in place of one that `problem` ended; throws what is to be told. */
  const again = async (problem: Problem): Promise<Engine> => {
    const { problem: told, answers } = await diagnose(problem)
    if (!answers || !mayTryAgain) throw told
    mayTryAgain = false
    return connect().catch((error: unknown) => {
      throw error instanceof Unreachable ? told : error
    })
  }

  async function* events(begin: (engine: Engine) => AsyncIterable<Event>): AsyncGenerator<Event> {
    for (let began = false; ;) {
      try {
        for await (const event of unlessClockJumps(begin(engine), clocks)) {
          began ||= event.type === 'check-started' || event.type === 'script-done'
          yield event
        }
        return
      } catch (error) {
        if (!(error instanceof Problem) || error.exitCode !== EXIT.environment || error instanceof ClockJump)
          throw error
        if (began) throw (await diagnose(error)).problem
        await engine.close()
        engine = await again(error)
      }
    }
  }

  engine = await connect().catch((error: unknown) => {
    if (error instanceof Unreachable) return again(error)
    throw error
  })
  const { target, description, facts, factor, removed } = engine
  const close = (): Promise<void> => engine.close()
  return {
    target,
    description,
    facts,
    factor,
    removed,
    run: (request, signal) => events((one) => one.run(request, signal)),
    script: (request, signal) => events((one) => one.script(request, signal)),
    noEntry: engine.noEntry,
    entryTo: (place) => engine.entryTo(place),
    close,
    [Symbol.asyncDispose]: close,
  }
}

class ClockJump extends Problem {
  /** `ms`: how far the wall clock moved beside the time that passed */
  constructor(ms: number) {
    const way = ms > 0 ? 'forward' : 'back'
    super({
      what: 'the run was given up: this machine slept, or its clock was set',
      why: `its clock moved ${way} by ${Math.round(Math.abs(ms) / 1000)} s beside the time that passed`,
      remedy: 'run the command again',
    })
  }
}

/** Deadlines that were running say nothing any more. Throws ClockJump; the engine's owner closes it. */
async function* unlessClockJumps(events: AsyncIterable<Event>, clocks: Clocks | undefined): AsyncGenerator<Event> {
  let reject: (jump: ClockJump) => void = () => undefined
  const promise = new Promise<never>((_resolve, rejects) => (reject = rejects))
  promise.catch(() => undefined)
  using _watch = new ClockWatch((ms) => reject(new ClockJump(ms)), clocks)
  const iterator = events[Symbol.asyncIterator]()
  let ended = false
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), promise])
      ended = next.done === true
      if (next.done === true) return
      yield next.value
    }
  } finally {
    // A run that nobody reads any more is not waited for: what it waits for may never come.
    if (!ended) void iterator.return?.()
  }
}
