import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { KeyValue } from './etcd.ts'

/** What whoever reads the output knows: keys and the revisions of their values, and the revision of the last sync line. */
export class Told {
  readonly keys = new Map<string, number>()
  rev = 0

  /** Writes a line unless that has been told: after a lost connection part of a transaction comes again. */
  async put({ key, value, rev }: KeyValue): Promise<void> {
    if (this.keys.get(key) === rev) return
    this.keys.set(key, rev)
    await write({ op: 'put', key, value, rev })
  }

  async del(key: string, rev: number): Promise<void> {
    if (this.keys.delete(key)) await write({ op: 'del', key, rev })
  }

  /** Says that all up to a revision has been told. */
  async sync(rev: number): Promise<void> {
    this.rev = rev
    await write({ op: 'sync', rev })
  }

  /** Takes what an earlier mirror wrote as told, up to its last sync line: what follows was not whole. */
  resume(file: string): void {
    let since: { op: string; key: string; rev: number }[] = []
    // After the last line break there is half a line, or nothing.
    for (const text of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
      const { op, key, rev } = JSON.parse(text) as { op: string; key: string; rev: number }
      since.push({ op, key, rev })
      if (op !== 'sync') continue
      for (const one of since) {
        if (one.op === 'put') this.keys.set(one.key, one.rev)
        else this.keys.delete(one.key)
      }
      since = []
      this.rev = rev
    }
  }
}

/** Waits while the reader does: what is not written yet is not asked for either. */
async function write(line: object): Promise<void> {
  if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await once(process.stdout, 'drain')
}
