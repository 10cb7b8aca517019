/** While checks run: what is being waited for. */
import { escapeLine } from '../escape.ts'
import { duration } from './duration.ts'
import type { Layout } from './layout.ts'
import { textWidth } from './width.ts'

export interface Live {
  /** check → what it waits for now */
  running: ReadonlyMap<string, string | undefined>
  done: number
  of: number
  ms: number
  /** before any check runs, or while all ends */
  phase?: string | undefined
}

/** One line that fits the terminal; the longest-running check is named. */
export function liveLine({ running, done, of, ms, phase }: Live, { paint, width }: Layout): string {
  const { dot, ellipsis } = paint.signs
  const time = ms < 1000 ? '' : ` ${dot} ${elapsed(ms)}`
  const [first] = running
  if (phase !== undefined || first === undefined)
    return cut(`  ${phase ?? 'checking'} ${ellipsis}${time}`, width, ellipsis)
  const [check, what] = first
  const more = running.size > 1 ? ` (and ${running.size - 1} more)` : ''
  const waits = what === undefined ? '' : ` ${dot} waiting for: ${escapeLine(what)}`
  return cut(`  ${done} of ${of}${time} ${dot} ${check}${more}${waits}`, width, ellipsis)
}

/** Whole seconds: a tenth that changes all the time draws the eye. */
function elapsed(ms: number): string {
  return ms < 10_000 ? `${Math.floor(ms / 1000)} s` : duration(ms)
}

function cut(line: string, width: number, ellipsis: string): string {
  // One column stays free: some terminals wrap when the last one is filled.
  if (textWidth(line) < width) return line
  let kept = ''
  for (const character of line) {
    if (textWidth(kept + character) + ellipsis.length >= width) break
    kept += character
  }
  return `${kept}${ellipsis}`
}
