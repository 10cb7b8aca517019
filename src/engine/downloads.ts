/** What a component's `fetch` has and its build has not: the machine's name servers, and the person's own settings. */
import { readFileSync, writeFileSync } from 'node:fs'
import { RESOLVER, type HostBind } from '../../checkers/kit/host/view.ts'
import type { Downloads } from '../protocol/index.ts'
import type { Workplace } from './workplace.ts'

/**
 * A copy of resolv.conf(5) for a host, or nothing where the machine has none. Not the file itself: it is often a symlink
 * to a file system whose mount options an ordinary user's engine may not change.
 */
export function resolver(workplace: Workplace): HostBind[] {
  let text: Buffer
  try {
    text = readFileSync(RESOLVER)
  } catch {
    return [] // it dangles, or is not there: then names in /etc/hosts and addresses work, and a proxy
  }
  const from = `${workplace.folder('resolver')}/resolv.conf`
  writeFileSync(from, text)
  return [{ from, to: RESOLVER, writable: false }]
}

/** An environment with the person's settings; null takes a variable away. Pure. */
export const withDownloads = (environment: Record<string, string>, downloads: Downloads): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...environment, ...downloads }).filter((entry): entry is [string, string] => entry[1] !== null),
  )
