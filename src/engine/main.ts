/**
 * The engine: a program that runs checks beside the component and tells what it sees. Its launcher gives it a pid and a
 * mount namespace of its own, beside a process 1 that reaps and ends with it: so does whatever it starts.
 */
import { randomBytes } from 'node:crypto'
import { isatty, ReadStream } from 'node:tty'
import { Cgroups, findBounds } from './bounds.ts'
import { BUILD_MOST } from './build.ts'
import { findFacts } from './facts.ts'
import { declareAlive, removeLeftovers } from './leftovers.ts'
import { requirePrograms } from './required-programs.ts'
import { session } from './session.ts'
import { Speed } from './speed.ts'
import { closeInherited, EventStream, readCommands, STREAM_FD } from './stream.ts'
import { bug } from './tear-down.ts'
import { Workplace } from './workplace.ts'

function argument(name: string): string | undefined {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}

async function main(): Promise<void> {
  closeInherited()
  // An ordinary user's PATH may lack the folders of mount's relatives (pivot_root, ip).
  process.env['PATH'] = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`
  // The person's Ctrl-C is the CLI's to answer; the engine is told by a command, or by the end of its input.
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM', 'SIGPIPE'] as const) process.on(signal, () => undefined)
  // A serial line carries both directions. It is not standard input, whose settings node resets at its end, or aborts.
  const input = isatty(STREAM_FD) ? new ReadStream(STREAM_FD) : process.stdin
  const stream = new EventStream(STREAM_FD, () => input.destroy())
  try {
    requirePrograms(process.env['PATH'])
    const id = randomBytes(6).toString('hex')
    const alive = await declareAlive(id)
    const removed = await removeLeftovers()
    const bounds = findBounds()
    const cgroups = new Cgroups(bounds, id)
    try {
      const speed = new Speed()
      const workplace = await Workplace.open(bounds, cgroups)
      const commands = readCommands(input, {
        onBad: (why) => stream.send({ type: 'note', text: `a bad command was skipped: ${why}` }),
        onRead: (bytes) => input !== process.stdin && stream.send({ type: 'received', bytes }),
      })
      const cacheRoot = argument('--cache')
      // Tests set these, so that they need not wait for minutes or fill gigabytes.
      const buildMost = {
        ms: Number(argument('--build-ms') ?? BUILD_MOST.ms),
        memory: Number(argument('--build-memory') ?? BUILD_MOST.memory),
        room: Number(argument('--build-room') ?? BUILD_MOST.room),
      }
      const given = (argument('--offers') ?? '').split(',').filter((name) => name !== '')
      const facts = findFacts(bounds, given)
      await session(commands, { stream, workplace, facts, removed, speed, cacheRoot, buildMost })
      speed.stop()
    } finally {
      cgroups.close()
      alive.close()
    }
  } catch (error) {
    const fault = error instanceof Error && 'fault' in error ? (error.fault as ReturnType<typeof bug>) : bug(error)
    stream.send({ type: 'fault', fault })
  }
  await stream.end()
}

void main().then(() => process.exit(0))
