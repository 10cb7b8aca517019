/** From what a client of etcd recorded to histories. Pure. */
import type { WatchRequest, WatchResponse } from '../../../src/wire/etcd/messages.ts'
import type { Recorded } from '../../../src/wire/etcd/record.ts'
import type { ChangeOfKey, Seen, Truth, WatchView } from './model.ts'

/**
 * The view of one watch stream of a client, with one watch on it of the range of a prefix. `call` is that of its records,
 * default the client's first watch. Throws when there is none.
 */
export function watchView(recorded: readonly Recorded[], client: string, call?: number): WatchView {
  const own = recorded.filter((one) => one.client === client && one.method === 'Watch/Watch')
  const number = call ?? own[0]?.call
  const stream = own.filter((one) => one.call === number)
  const [sent] = stream.flatMap((one) => (one.kind === 'sent' ? [one.message as WatchRequest] : []))
  if (sent === undefined || !('createRequest' in sent)) throw new Error(`${client} has recorded no watch`)
  const { key, startRevision } = sent.createRequest
  const from = Number(startRevision ?? 0)
  return {
    client,
    prefix: Buffer.from(key).toString(),
    ...(from > 0 ? { from } : {}),
    open: !stream.some((one) => one.kind === 'failed' || one.kind === 'ended'),
    seen: stream.flatMap((one) => (one.kind === 'received' ? seenIn(one.message as WatchResponse, one.at) : [])),
  }
}

function seenIn(response: WatchResponse, at: number): Seen[] {
  const revision = Number(response.header?.revision ?? 0)
  // etcd answers each request with a message that has no events, too; neither says how far the watch is.
  if (response.created || response.canceled) return []
  if (response.events.length === 0) return [{ kind: 'progress', at, revision }]
  return response.events.map(({ type, kv }) => ({
    kind: 'event',
    at,
    type: type === 'Put' ? 'put' : 'delete',
    key: kv?.key.toString() ?? '',
    revision: Number(kv?.modRevision ?? 0),
  }))
}

/** Every change, as an undisturbed watch of the check's own saw it. */
export const truthOf = ({ seen }: WatchView): Truth =>
  seen.flatMap((one): ChangeOfKey[] =>
    one.kind === 'event' ? [{ type: one.type, key: one.key, revision: one.revision }] : [],
  )
