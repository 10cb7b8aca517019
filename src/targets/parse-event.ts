import * as v from 'valibot'
import { Event, PROTOCOL } from '../protocol/index.ts'
import { Problem } from '../problem.ts'

const start = (line: Buffer): string => JSON.stringify(line.subarray(0, 80).toString())

/** An event, or why the line is none: a text that follows "it", or a problem that has another remedy. */
export function parseEvent(line: Buffer): Event | string | Problem {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line))
  } catch {
    return `it sent a line that is not JSON: ${start(line)}`
  }
  // What an engine of another version says may have another form: its version comes first.
  const version = v.safeParse(v.object({ type: v.literal('hello'), protocol: v.number() }), value)
  if (version.success && version.output.protocol !== PROTOCOL) return otherVersion(version.output.protocol)
  const event = v.safeParse(Event, value)
  return event.success ? event.output : `it sent an event that is not known: ${start(line)}`
}

function otherVersion(theirs: number): Problem {
  const [older, newer] = ['it was built before lab was', 'it was built after lab was']
  return new Problem({
    what: `the engine speaks version ${theirs} of the protocol, this lab version ${PROTOCOL}`,
    why: theirs < PROTOCOL ? older : newer,
    remedy: 'npm run build   in the folder of lab builds both',
  })
}
