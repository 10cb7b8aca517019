/**
 * A program for tests: waits for a line on stdin, the workspace's folder; then appends events until it is killed, and
 * says on stdout which are durable. argv: a name for the events.
 */
import { readFileSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { appendEvents } from '../../src/workspace/journal.ts'
import { CHECKED } from './checked.ts'

const name = process.argv[2] ?? ''
const dir = readFileSync(0, 'utf8').trim()
// Whoever was to name a folder has ended.
if (dir === '') process.exit()
for (let n = 0; ; n++) {
  const batch = [0, 1].map((part) => ({ ...CHECKED, id: `${name}.${String(n)}.${String(part)}`, run: name }))
  await appendEvents({ dir }, batch)
  writeSync(1, batch.map(({ id }) => `${id}\n`).join(''))
  await sleep(Math.random() * 3) // leaves the processor to the others
}
