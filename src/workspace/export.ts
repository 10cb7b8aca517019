/** Writes a workspace's progress into a file. */
import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { errno, fileProblem } from '../course/file-problem.ts'
import { EXIT, Problem } from '../problem.ts'
import { replaceFile } from './durable-file.ts'
import { parseEvent } from './events.ts'
import { readJournal } from './journal.ts'
import type { Workspace } from './model.ts'
import { journalPath } from './places.ts'
import { progressFile } from './progress-file.ts'

export interface Exported {
  text: string
  events: number
}

/** The events of the workspace's journal as `lab import` takes them. Throws a Problem when it can't be read. */
export async function exportProgress(ws: Pick<Workspace, 'dir'>, course: string): Promise<Exported> {
  await readJournal(ws) // waits until nobody is in the middle of a line
  const path = journalPath(ws.dir)
  const seen = new Set<string>()
  const lines = read(path)
    .split('\n')
    .flatMap((line) => line.trim() || [])
    .filter((line) => {
      const id = idOf(line)
      return id !== undefined && !seen.has(id) && seen.add(id)
    })
  return { text: progressFile(lines, course, new Date()), events: lines.length }
}

/**
 * Writes `text` as a whole or not at all. A file that exists is replaced only with `force`. Throws a Problem: wrong
 * usage when it exists, the environment's when it can't be written.
 */
export function writeExport(path: string, text: string, force: boolean): void {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat && !force) throw exists(path)
    const real = stat ? realpathSync(path) : path
    if (stat && !statSync(real).isFile()) throw notAFile(path)
    replaceFile(real, text)
  } catch (error) {
    throw fileProblem(error, 'Cannot write the export.', errno(error) === 'ENOENT' ? dirname(path) : path)
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (errno(error) === 'ENOENT') return ''
    throw fileProblem(error, 'Cannot read the journal.', path)
  }
}

/** Undefined when the line is no event. */
function idOf(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return parseEvent(value) === undefined ? undefined : (value as { id: string }).id
  } catch {
    return undefined
  }
}

function exists(path: string): Problem {
  return new Problem(
    {
      what: 'The file exists already; nothing was written.',
      where: path,
      remedy: 'Choose another name, or replace it with: --force',
    },
    EXIT.usage,
  )
}

function notAFile(path: string): Problem {
  return new Problem(
    {
      what: 'The export goes into a regular file.',
      where: path,
      remedy: 'For a pipe, use - as the name: lab export -',
    },
    EXIT.usage,
  )
}
