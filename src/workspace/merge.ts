/** Merges the events of another journal into a workspace's. */
import { parseEvent } from './events.ts'
import { rewriteJournal } from './journal.ts'
import type { Workspace } from './model.ts'

export interface Merged {
  /** events that the workspace did not have */
  added: number
  /** events that it had */
  known: number
  /** of the journal, for a person */
  notes: string[]
}

/** `lines` are events. All of them are in the journal when it resolves, each once; on a Problem none of them is. */
export async function mergeEvents(ws: Pick<Workspace, 'dir'>, lines: readonly string[]): Promise<Merged> {
  let added = 0
  const { notes } = await rewriteJournal(ws, (own) => {
    const merged = mergeLines(own, lines)
    added = merged.length - own.length
    return added === 0 ? undefined : merged
  })
  return { added, known: lines.length - added, notes }
}

/**
 * Both journals' lines, each event once, by time, so that the lab and the step worked on last stay those worked on last.
 * Neither journal's own order changes: a clock that jumped only decides where the other's events come in between.
 */
export function mergeLines(own: readonly string[], others: readonly string[]): string[] {
  const seen = new Set(own.map((line) => stampOf(line).id))
  const fresh = others.filter((line) => {
    const { id } = stampOf(line)
    return !seen.has(id) && seen.add(id)
  })
  const merged: string[] = []
  let next = 0
  for (const line of own) {
    const at = stampOf(line).at
    for (; next < fresh.length && stampOf(fresh[next] ?? '').at < at; next++) merged.push(fresh[next] ?? '')
    merged.push(line)
  }
  return [...merged, ...fresh.slice(next)]
}

/** Events of a newer version have these fields too (parseEvent holds them to it). */
function stampOf(line: string): { id: string; at: number } {
  const value: unknown = JSON.parse(line)
  if (parseEvent(value) === undefined) throw new Error(`not an event: ${line.slice(0, 200)}`)
  const { id, at } = value as { id: string; at: string }
  return { id, at: Date.parse(at) }
}
