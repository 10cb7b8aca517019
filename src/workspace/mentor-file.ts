/** Writes, renews and removes our part of the workspace's AGENTS.md. */
import { isUtf8 } from 'node:buffer'
import { lstatSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { errno, fileProblem } from '../course/file-problem.ts'
import { EXIT, Problem } from '../problem.ts'
import { replaceFile } from './durable-file.ts'
import { withLock } from './lock.ts'
import mentorText from './mentor.md'
import { locate, withoutPart, withPart, type Trouble } from './mentor.ts'
import type { Workspace } from './model.ts'
import { lockPath } from './places.ts'

export type Outcome = 'written' | 'added' | 'renewed' | 'unchanged' | 'removed' | 'absent'

export interface MentorResult {
  /** absolute path of the AGENTS.md */
  path: string
  outcome: Outcome
}

/**
 * Puts our part into AGENTS.md (a person's own text stays as it is, in front of it), or takes it out; a file that held
 * nothing else goes with it. Throws a Problem (exit 1) when our part was edited or its markers are broken, and the
 * environment's when the file can't be read or written; the file is as it was then.
 */
export async function mentor(ws: Pick<Workspace, 'dir'>, action: 'write' | 'remove'): Promise<MentorResult> {
  const path = join(ws.dir, 'AGENTS.md')
  return withLock(lockPath(ws.dir, 'workspace'), () => {
    try {
      return { path, outcome: action === 'write' ? write(path) : remove(path) }
    } catch (error) {
      throw fileProblem(error, 'Cannot change AGENTS.md.', path)
    }
  })
}

function write(path: string): Outcome {
  const before = read(path)
  const located = locate(before ?? '')
  if (located.state !== 'absent' && located.state !== 'present') throw refusal(path, located.state)
  const after = withPart(before ?? '', located, mentorText)
  if (after === before) return 'unchanged'
  replaceFile(before === undefined ? path : realpathSync(path), after)
  return before === undefined ? 'written' : located.state === 'absent' ? 'added' : 'renewed'
}

function remove(path: string): Outcome {
  const before = read(path)
  const located = locate(before ?? '')
  if (located.state === 'absent') return 'absent'
  if (located.state !== 'present') throw refusal(path, located.state)
  const after = withoutPart(located)
  if (after === '' && !lstatSync(path).isSymbolicLink()) rmSync(path)
  else replaceFile(realpathSync(path), after)
  return 'removed'
}

/** Undefined when there is none. */
function read(path: string): string | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    if (errno(error) === 'ENOENT' && !lstatSync(path, { throwIfNoEntry: false })) return undefined
    throw error
  }
  if (isUtf8(bytes)) return bytes.toString('utf8')
  throw new Problem(
    {
      what: 'AGENTS.md is not UTF-8; nothing was changed.',
      where: path,
      remedy: 'Convert it, or move it away, then run lab mentor again.',
    },
    EXIT.failed,
  )
}

const WHY: Record<Trouble, string> = {
  changed: 'What lab mentor wrote there was edited, and would be lost.',
  broken: 'The lines that mark what lab mentor wrote are incomplete or there twice.',
  newer: 'A newer Drydock wrote its part of it.',
}

function refusal(path: string, trouble: Trouble): Problem {
  const remedy =
    trouble === 'newer'
      ? "Update Drydock: git pull in Drydock's folder"
      : 'Move your own lines out, delete everything from "<!-- drydock mentor" to "<!-- drydock mentor end -->", then run lab mentor again.'
  return new Problem({ what: 'AGENTS.md was not changed.', where: path, why: WHY[trouble], remedy }, EXIT.failed)
}
