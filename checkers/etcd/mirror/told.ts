/** Whether what a mirror told is what the store did. Pure: lines and changes in, the first thing that is wrong out. */
import { WATCH_GUARANTEES, type ChangeOfKey, type Finding, type Seen, type WatchView } from '../../kit/history/index.ts'
import type { Line } from './lines.ts'

export interface Change extends ChangeOfKey {
  /** of a put, as `mark` makes it */
  value?: string
}

export interface History {
  prefix: string
  /** all that the store did, in the order of revisions */
  changes: readonly Change[]
  /** revisions at which it was compacted */
  compacted: readonly number[]
}

type Told = Exclude<Line, { op: 'sync' | 'none' }>
interface Segment {
  told: Told[]
  /** undefined: the lines after the last sync line */
  sync?: { at: number; rev: number }
}

const WORDS = { saw: 'told', missed: 'did not tell', progress: 'sync' }

/** The first thing that is wrong with what was told; undefined when it is right so far. */
export function findingIn(lines: readonly Line[], history: History): Finding | undefined {
  const judge = new Judge(history)
  const segment: Segment = { told: [] }
  for (const line of lines) {
    if (line.op === 'none') return judge.noLine(line)
    if (line.op !== 'sync') {
      segment.told.push(line)
      continue
    }
    const finding = judge.segment({ told: segment.told.splice(0), sync: line })
    if (finding !== undefined) return finding
  }
  return judge.segment(segment)
}

/** The first change up to a revision that has not been told, as a finding; what was told is right so far. */
export function lostUpTo(lines: readonly Line[], history: History, revision: number): Finding | undefined {
  const synced = lines.findLast((line) => line.op === 'sync')?.rev ?? 0
  const changes = inPrefix(history).filter((one) => one.revision > synced && one.revision <= revision)
  const told = new Set(lines.map((line) => (line.op === 'put' || line.op === 'del' ? `${line.rev} ${line.key}` : '')))
  const missing = changes.find((one) => !told.has(`${one.revision} ${one.key}`))
  if (missing === undefined) return undefined
  const view = viewOf(history, undefined)
  view.seen.push(...lines.flatMap((line) => (line.op === 'none' ? [] : [seenOf(line)])))
  return {
    guarantee: 'Reliable',
    expected: `every change up to revision ${revision} is told`,
    observed: `${name(missing)} at revision ${missing.revision} was not`,
    view,
    missing,
  }
}

class Judge {
  readonly #history: History
  readonly #changes: readonly Change[]
  /** by revision and key */
  readonly #made: ReadonlyMap<string, Change>
  /** key → revision of what was told of it */
  readonly #copy = new Map<string, number>()
  #synced = 0
  /** of the first change that is later than that */
  #position = 0
  /** what was told since the last difference, which begins a view of its own */
  #view: WatchView & { seen: Seen[] }

  constructor(history: History) {
    this.#history = history
    this.#changes = inPrefix(history)
    this.#made = new Map(this.#changes.map((change) => [`${change.revision} ${change.key}`, change]))
    this.#view = viewOf(history, undefined)
  }

  noLine({ at, text, why }: Line & { op: 'none' }): Finding {
    const seen: Seen = { kind: 'progress', at, revision: this.#synced }
    return this.#finding(
      'Line',
      'each line is a JSON object with op, rev and what belongs to the op',
      `${why}: ${text}`,
      seen,
    )
  }

  segment({ told, sync }: Segment): Finding | undefined {
    const untrue = told.map((line) => this.#untrue(line, sync?.rev)).find((found) => found !== undefined)
    if (untrue !== undefined) return untrue
    if (sync !== undefined && this.#isDifference(told, sync.rev)) return this.#difference(told, sync)
    // The first snapshot has no order of its own, and is judged by its sync line.
    if (this.#synced === 0) return undefined
    this.#view.seen.push(...told.map(seenOf), ...(sync === undefined ? [] : [seenOf({ op: 'sync', ...sync })]))
    if (sync === undefined) {
      if (this.#isNext(told, Infinity)) return undefined
    } else if (this.#isNext(told, sync.rev) && sync.rev >= this.#synced && this.#isWhole(told, sync.rev)) {
      for (const line of told) this.#apply(line)
      this.#synced = sync.rev
      return undefined
    }
    return this.#violated()
  }

  /** Something that the store never did. */
  #untrue(line: Told, sync: number | undefined): Finding | undefined {
    const change = this.#made.get(`${line.rev} ${line.key}`)
    const type = line.op === 'put' ? 'put' : 'delete'
    // In a difference, who tells does not know when a key was deleted.
    if (type === 'delete' && line.rev === sync && this.#mayDiffer()) return undefined
    if (change?.type !== type) {
      const observed = `${name({ type, key: line.key })} at revision ${line.rev} was never made`
      return this.#finding('True', 'each line tells a change that was made', observed, seenOf(line))
    }
    if (line.op === 'del' || change.value === line.value) return undefined
    const [was, is] = [change.value ?? '', line.value].map((value) => JSON.stringify(value))
    const expected = `put ${line.key} at revision ${line.rev} has the value ${was}`
    return this.#finding('True', expected, `it was told with the value ${is}`, seenOf(line))
  }

  /** History may have been lost for who has told everything up to here: then only differences are left to tell. */
  #mayDiffer(): boolean {
    return this.#synced === 0 || this.#history.compacted.some((at) => at > this.#synced)
  }

  #isDifference(told: readonly Told[], sync: number): boolean {
    if (this.#synced === 0) return true
    return this.#mayDiffer() && !(this.#isNext(told, sync) && this.#isWhole(told, sync))
  }

  #next(upTo: number): readonly Change[] {
    while ((this.#changes[this.#position]?.revision ?? Infinity) <= this.#synced) this.#position += 1
    const end = this.#changes.findIndex(({ revision }, i) => i >= this.#position && revision > upTo)
    return this.#changes.slice(this.#position, end < 0 ? undefined : end)
  }

  /** It is the begin of what comes next. */
  #isNext(told: readonly Told[], upTo: number): boolean {
    const next = this.#next(upTo)
    // The changes of one revision have no order among themselves.
    const revisions = told.every((line, i) => next[i]?.revision === line.rev)
    return revisions && new Set(told.map(({ rev, key }) => `${rev} ${key}`)).size === told.length
  }

  #isWhole(told: readonly Told[], upTo: number): boolean {
    return told.length === this.#next(upTo).length
  }

  #apply(line: Told): void {
    if (line.op === 'put') this.#copy.set(line.key, line.rev)
    else this.#copy.delete(line.key)
  }

  /** From what was told to how the store was at the revision of the sync line: what differs, and nothing else. */
  #difference(told: readonly Told[], sync: { at: number; rev: number }): Finding | undefined {
    for (const line of told) {
      const known = this.#copy.get(line.key)
      const once = 'of what has been told already, nothing is told again'
      if (line.op === 'put' && known === line.rev) {
        return this.#finding('Once', once, `put ${line.key} at revision ${line.rev} was`, seenOf(line))
      }
      if (line.op === 'del' && known === undefined) {
        return this.#finding(
          'Once',
          'a key is deleted that was told before',
          `delete ${line.key} was told, and no such key`,
          seenOf(line),
        )
      }
      this.#apply(line)
    }
    const state = new Map<string, Change>()
    for (const change of this.#changes) if (change.revision <= sync.rev) state.set(change.key, change)
    const seen = seenOf({ op: 'sync', ...sync })
    const view = viewOf(this.#history, undefined)
    view.seen.push(...this.#view.seen, ...told.map(seenOf), seen)
    const consistent = (observed: string, missing?: Change): Finding => ({
      guarantee: 'Consistent',
      expected: `with the sync line of revision ${sync.rev} the copy is as the store was at that revision`,
      observed,
      view,
      at: seen,
      missing,
    })
    for (const [key, change] of state) {
      const told = this.#copy.get(key)
      if (told === (change.type === 'put' ? change.revision : undefined)) continue
      return consistent(differs(change, told), change)
    }
    for (const [key, rev] of this.#copy) {
      if (!state.has(key)) return consistent(`the copy has ${key} of revision ${rev}, which is later`)
    }
    this.#synced = sync.rev
    this.#view = viewOf(this.#history, sync.rev + 1)
    this.#view.seen.push(seen)
    return undefined
  }

  #violated(): Finding {
    for (const guarantee of Object.values(WATCH_GUARANTEES)) {
      const finding = guarantee([this.#view], this.#changes)
      if (finding !== undefined) return finding
    }
    const at = this.#view.seen.at(-1)
    return this.#finding('Order', 'changes are told as they were made, and then a sync line', 'these are not', at)
  }

  #finding(guarantee: string, expected: string, observed: string, at: Seen | undefined): Finding {
    const { seen } = this.#view
    const view = at === undefined || seen.includes(at) ? this.#view : { ...this.#view, seen: [...seen, at] }
    return { guarantee, expected, observed, view, at }
  }
}

const inPrefix = ({ changes, prefix }: History): readonly Change[] =>
  changes.filter(({ key }) => key.startsWith(prefix))

const viewOf = ({ prefix }: History, from: number | undefined): WatchView & { seen: Seen[] } => ({
  client: 'mirror',
  prefix,
  ...(from === undefined ? {} : { from }),
  open: true,
  seen: [],
  words: WORDS,
})

const seenOf = (line: Told | { op: 'sync'; at: number; rev: number }): Seen =>
  line.op === 'sync'
    ? { kind: 'progress', at: line.at, revision: line.rev }
    : { kind: 'event', at: line.at, type: line.op === 'put' ? 'put' : 'delete', key: line.key, revision: line.rev }

/** What a copy has of a key, a revision or nothing, where the store had another change of it last. */
function differs({ type, key, revision }: Change, told: number | undefined): string {
  if (told === undefined) return `the copy does not have ${key}, put at revision ${revision}`
  if (told > revision) return `the copy has ${key} of revision ${told}, which is later`
  return `the copy has ${key} of revision ${told}, ${type === 'put' ? 'put again' : 'deleted'} at ${revision}`
}

const name = ({ type, key }: { type: 'put' | 'delete'; key: string }): string => `${type} ${key}`
