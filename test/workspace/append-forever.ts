/**
 * A program for tests: appends events until it is killed, and says on stdout which are durable.
 * argv: the workspace's folder, a name for the events.
 */
import { writeSync } from 'node:fs'
import { appendEvents } from '../../src/workspace/journal.ts'
import { CHECKED } from './checked.ts'

const [dir = '', name = ''] = process.argv.slice(2)
for (let n = 0; ; n++) {
  const batch = [0, 1].map((part) => ({ ...CHECKED, id: `${name}.${String(n)}.${String(part)}`, run: name }))
  await appendEvents({ dir }, batch)
  for (const { id } of batch) writeSync(1, `${id}\n`)
}
