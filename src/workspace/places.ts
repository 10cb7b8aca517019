/** Where a workspace keeps what is not the learner's own. */
import { join } from 'node:path'

export function labFolder(dir: string): string {
  return join(dir, '.lab')
}

export function journalPath(dir: string): string {
  return join(labFolder(dir), 'journal.jsonl')
}

/** Where lines of the journal that can't be read are set aside. */
export function badJournalPath(dir: string): string {
  return join(labFolder(dir), 'journal.bad')
}

export function cachePath(dir: string): string {
  return join(labFolder(dir), 'cache.json')
}

/** A lock of the workspace, for acquireLock. Locks have a folder of their own, because acquiring one lists its folder. */
export function lockPath(dir: string, name: 'journal' | 'workspace'): string {
  return join(labFolder(dir), 'locks', name)
}

/** Where `lab reset` keeps components that it replaced. */
export function savedFolder(dir: string): string {
  return join(labFolder(dir), 'saved')
}
