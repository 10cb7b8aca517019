#!/usr/bin/env node
// mirror --from URL --prefix P [--resume FILE]
import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { Compacted, range, watch } from './etcd.ts'
import { Connection } from './grpc.ts'
import { Told } from './told.ts'

/** Keys in one response of a snapshot. */
const PAGE = 500
/** ms between two tries, at first and at most */
const [FIRST, MOST] = [100, 1000]

/** The whole program: what has been told decides what is asked for next. */
async function follow(from: string, prefix: string, told: Told): Promise<never> {
  for (let pause = FIRST; ; pause = Math.min(2 * pause, MOST)) {
    let connection: Connection | undefined
    try {
      connection = await Connection.open(from)
      pause = FIRST
      if (told.rev === 0) await snapshot(connection, prefix, told)
      await changes(connection, prefix, told)
    } catch (error) {
      if (error instanceof Compacted) told.rev = 0
      console.error(`mirror: ${error instanceof Error ? error.message : String(error)}`)
    } finally {
      connection?.close()
    }
    await sleep(pause)
  }
}

/** Tells how the prefix at one revision differs from what was told before; at first that is all of it. */
async function snapshot(connection: Connection, prefix: string, told: Told): Promise<void> {
  const there = new Set<string>()
  let [from, rev] = [prefix, 0]
  for (let more = true; more; ) {
    // Revision 0 is the newest, and the answer says which that is. The pages that follow are of the same one.
    const page = await range(connection, { prefix, from, rev, limit: PAGE })
    if (rev === 0) rev = page.rev
    for (const kv of page.kvs) {
      there.add(kv.key)
      from = `${kv.key}\0`
      await told.put(kv)
    }
    more = page.more
  }
  for (const key of told.keys.keys()) if (!there.has(key)) await told.del(key, rev)
  await told.sync(rev)
}

/**
 * Tells what has changed since the revision that was told last, until the connection or the history ends. The watch begins
 * at that revision, of which everything is known: etcd refuses it when what comes next was compacted. From the next
 * revision on it would not, where that is the one of the compaction, and a delete would be missing.
 */
async function changes(connection: Connection, prefix: string, told: Told): Promise<void> {
  let open = 0 // of this revision changes have come, and it is not known to be whole
  for await (const { events, fragment } of watch(connection, prefix, told.rev)) {
    for (const event of events) {
      if (event.rev <= told.rev) continue
      if (open !== 0 && event.rev > open) await told.sync(open)
      open = event.rev
      if (event.deleted) await told.del(event.key, event.rev)
      else await told.put(event)
    }
    // A fragment may end in the middle of a transaction.
    if (open === 0 || fragment) continue
    await told.sync(open)
    open = 0
  }
}

const USAGE = 'usage: mirror --from URL --prefix P [--resume FILE]'

function parse(): { from: string; prefix: string; resume: string | undefined } {
  try {
    const { values } = parseArgs({
      options: { from: { type: 'string' }, prefix: { type: 'string' }, resume: { type: 'string' } },
    })
    if (values.from === undefined || values.prefix === undefined) throw new Error('--from and --prefix are needed')
    return { from: values.from, prefix: values.prefix, resume: values.resume }
  } catch (error) {
    console.error(`mirror: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
    process.exit(2)
  }
}

const { from, prefix, resume } = parse()
process.stdout.on('error', () => process.exit(1)) // nobody reads any more
const told = new Told()
if (resume !== undefined) told.resume(resume)
await follow(from, prefix, told)
