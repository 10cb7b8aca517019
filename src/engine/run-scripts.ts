/** Runs scripts one after the other in one host, beside the component, as a person does who follows a lesson. */
import { mkdirSync, writeFileSync } from 'node:fs'
import type { Script, ScriptCommand, ScriptResult } from '../protocol/index.ts'
import { Host } from '../../checkers/kit/host/host.ts'
import type { Exit, Running } from '../../checkers/kit/host/running.ts'
import { EnvironmentFault } from '../../checkers/kit/outcome.ts'
import { Timeline } from '../../checkers/kit/timeline.ts'
import { describeBoundsHit, readBoundsHit } from './bounds-hit.ts'
import { AMOUNTS, loadCheckers, prepare, type Given, type RunTools } from './prepare.ts'
import { untilDone } from './run-done.ts'
import { tearDown } from './tear-down.ts'
import { findProgram } from './toolchain.ts'
import { STANDARD_PATH } from './workplace.ts'

/** Where a script begins: an empty folder that all of them share. */
const FOLDER = '/root/lesson'
/** Where their texts lie: not in that folder, which is the reader's. */
const TEXTS = '/run/lesson'
/** bytes of one script's output, after which it is ended: nobody reads that much */
const OUTPUT_MOST = 2 ** 20
/** turns of the event loop without a byte, after which the rest is taken for read; and with some, since there may always be more */
const QUIET = 3
const TURNS = 40
/** ms between two looks at how much it has written */
const LOOK = 20

/** Carries out all scripts and sends their results, `run-done` last. Throws EnvironmentFault when they can't be run here. */
export function runScripts(command: ScriptCommand, given: Given, tools: RunTools): Promise<void> {
  return untilDone(command.run, tools, async () => {
    const lab = loadCheckers(command, given, tools.facts)
    requireTools(command)
    const prepared = await prepare(command, lab, given.files, tools)
    if (prepared === undefined) return
    const { ground, release } = await prepared.lesson({ [command.variable]: prepared.program })
    const hosts: Host[] = []
    try {
      const host = await Host.up('lesson', ground, new Timeline())
      hosts.push(host)
      for (const folder of [FOLDER, TEXTS]) mkdirSync(host.path(folder))
      let before = { killed: 0, refused: 0 }
      for (const script of command.scripts) {
        const result = await runScript(script, command.limit, host, tools)
        if (tools.signal.aborted) break
        const hit = readBoundsHit(ground.cgroups)
        const own = { killed: hit.killed - before.killed, refused: hit.refused - before.refused }
        before = hit
        const notes = describeBoundsHit(own, AMOUNTS, "the host's")
        tools.send({ type: 'script-done', run: command.run, result: { ...result, notes } })
      }
    } finally {
      const fault = await tearDown([], hosts, [release])
      if (fault !== undefined) tools.send({ type: 'fault', run: command.run, fault })
    }
  })
}

/** Where hosts look: a program that only the person's PATH has is not there for a script. */
function requireTools({ tools, lab }: ScriptCommand): void {
  const missing = Object.keys(tools).filter((name) => findProgram(name, STANDARD_PATH) === undefined)
  if (missing.length === 0) return
  throw new EnvironmentFault(`there is no ${missing.join(', ')}, which the lesson of ${lab} runs`, {
    why: `none of ${STANDARD_PATH} has it`,
    remedy: missing.map((name) => tools[name]).join(' && '),
  })
}

async function runScript(
  { id, text }: Script,
  limit: number,
  host: Host,
  { speed, signal }: RunTools,
): Promise<Omit<ScriptResult, 'notes'>> {
  const factor = await speed.measure()
  const path = `${TEXTS}/${id}.sh`
  writeFileSync(host.path(path), text)
  const begin = performance.now()
  const running = await host.start(['sh', path], { name: id, cwd: FOLDER, merged: true })
  running.endInput()
  const ended = await endOf(running, limit * factor, signal)
  const ms = performance.now() - begin
  if (typeof ended === 'string') running.killGroup()
  await readUp(running)
  const { output } = running
  return {
    script: id,
    ...(typeof ended === 'string' ? (ended === 'cancelled' ? {} : { cut: ended }) : ended),
    ms,
    factor,
    output: output.texts('out'),
    outputLines: output.count,
  }
}

/** Waits until its shell has exited, or must be ended: what it left in the background may go on, for later scripts. */
function endOf(running: Running, most: number, signal: AbortSignal): Promise<Exit | 'time' | 'output' | 'cancelled'> {
  return new Promise((resolve) => {
    const cancel = (): void => end('cancelled')
    const look = setInterval(() => {
      if (running.output.bytes > OUTPUT_MOST) end('output')
    }, LOOK)
    const timer = setTimeout(() => end('time'), most)
    const end = (how: Exit | 'time' | 'output' | 'cancelled'): void => {
      clearInterval(look)
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
      resolve(how)
    }
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel, { once: true })
    void running.gone.then(end)
  })
}

/**
 * Reads what is in the pipe when the shell has exited. When nobody else holds the pipe, that is until its end; else
 * until a few turns of the event loop have brought nothing more, each of which reads all that there is.
 */
async function readUp(running: Running): Promise<void> {
  await running.gone
  let closed = false
  void running.exited.then(() => (closed = true))
  for (let quiet = 0, turns = 0; !closed && quiet < QUIET && turns < TURNS; turns += 1) {
    const before = running.output.bytes
    await new Promise((resolve) => setTimeout(resolve, 5))
    quiet = running.output.bytes === before ? quiet + 1 : 0
  }
  // A last line without a newline is one.
  running.output.end('out')
}
