/** Names of a source file that are not in its component: what somebody hands in could name a file of the disk it is unpacked on. */
import { lstatSync, readdirSync, type BigIntStats, type Dirent } from 'node:fs'
import { join } from 'node:path'
import { errno } from '../course/file-problem.ts'
import { Problem } from '../problem.ts'
import type { ListedFile } from './source-list.ts'

/** Beyond this many entries nobody looks for further names of a file. */
const MAX_ENTRIES = 20_000

const identity = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`

/**
 * Throws a Problem when one of the files has more names than the component's folder holds of it, those that are no source
 * included: the others are outside. Where git, a package manager or a copy made the links, all names are there.
 */
export function refuseNamesOutside(dir: string, files: readonly ListedFile[]): void {
  const linked = files.flatMap(({ path, real }) => {
    const stat = lstatSync(real, { bigint: true, throwIfNoEntry: false })
    return stat !== undefined && stat.nlink > 1n ? [{ path, real, stat }] : []
  })
  if (linked.length === 0) return
  const names = namesIn(dir)
  for (const { path, real, stat } of linked) {
    const inside = names.get(identity(stat)) ?? 0
    if (stat.nlink > BigInt(inside)) throw namedOutside(path, real, stat, inside)
  }
}

/** How many names of each file with several there are below a folder; links and mounts are not followed. */
function namesIn(dir: string): Map<string, number> {
  const names = new Map<string, number>()
  let entries = 0
  const waiting = [dir]
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of entriesOf(folder)) {
      if ((entries += 1) > MAX_ENTRIES) return names
      const path = join(folder, entry.name)
      if (entry.isDirectory()) waiting.push(path)
      if (!entry.isFile()) continue
      const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false })
      if (stat !== undefined && stat.nlink > 1n) names.set(identity(stat), (names.get(identity(stat)) ?? 0) + 1)
    }
  }
  return names
}

/** What can't be listed shows no name. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if (errno(error) === undefined) throw error
    return []
  }
}

function namedOutside(path: string, real: string, { nlink, ino, uid }: BigIntStats, inside: number): Problem {
  return new Problem({
    what: `The file ${path} is a hard link to a file outside the component.`,
    where: real,
    why:
      `It has ${nlink} names on this disk (inode ${ino}, of user ${uid}), and ${inside} of them in the component: ` +
      'it may be the file of somebody else.',
    remedy: 'Put a copy of the file in its place; unpack archives of others as a user who owns nothing.',
  })
}
