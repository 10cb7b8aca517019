/** How large a component may be, and what to say of one that is larger. */
import { Problem } from '../problem.ts'
import type { ListedFile } from './source-list.ts'

export const MAX_FILES = 2_000
/** bytes */
export const MAX_SOURCE = 16 * 1024 * 1024
const SHOWN = 5

export function refuseTooMuch(dir: string, files: readonly ListedFile[]): void {
  const size = files.reduce((sum, file) => sum + file.size, 0)
  if (size > MAX_SOURCE) {
    const largest = top(files.map((file) => [file.path, file.size]))
    throw tooMuch(
      dir,
      `Its files have ${mebibytes(size)}; ${mebibytes(MAX_SOURCE)} is the limit. The largest:`,
      largest.map(([path, bytes]) => `${mebibytes(bytes).padStart(10)}  ${path}`),
    )
  }
  if (files.length > MAX_FILES) {
    const counts = new Map<string, number>()
    for (const { path } of files) {
      const folder = path.includes('/') ? `${path.slice(0, path.indexOf('/'))}/` : '.'
      counts.set(folder, (counts.get(folder) ?? 0) + 1)
    }
    throw tooMuch(
      dir,
      `It has ${String(files.length)} files or more; ${String(MAX_FILES)} is the limit. Most are in:`,
      top([...counts]).map(([folder, count]) => `${String(count).padStart(10)}  ${folder}`),
    )
  }
}

function top(sizes: readonly [string, number][]): [string, number][] {
  return [...sizes].sort((a, b) => b[1] - a[1]).slice(0, SHOWN)
}

function tooMuch(dir: string, why: string, offenders: readonly string[]): Problem {
  return new Problem({
    what: 'The component is too large to be checked.',
    where: dir,
    why: [why, ...offenders].join('\n'),
    remedy: 'Remove build outputs and data, or keep them outside the component.',
  })
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}
