/** Reads files that a person may have put there: a fifo or a device is refused, because reading it may never end. */
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { EXIT, Problem, type ExitCode } from '../problem.ts'

/** Opens for reading. Throws what open(2) throws, and a Problem for a fifo. */
export function openFile(path: string, exitCode: ExitCode = EXIT.environment): number {
  return open(path, exitCode, (stat) => stat.isFIFO())
}

/** The whole file. Throws what open(2) and read(2) throw, and a Problem for a fifo or a device. */
export function readRegular(path: string, exitCode: ExitCode = EXIT.environment): Buffer {
  // A folder's error comes from read(2).
  const fd = open(path, exitCode, (stat) => !stat.isFile() && !stat.isDirectory())
  try {
    return readFileSync(fd)
  } finally {
    closeSync(fd)
  }
}

function open(path: string, exitCode: ExitCode, refuses: (stat: Stats) => boolean): number {
  // Without O_NONBLOCK a fifo that nobody writes to would hold us here (open(2)).
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const stat = fstatSync(fd)
  if (!refuses(stat)) return fd
  closeSync(fd)
  const why = `It is a ${stat.isFIFO() ? 'fifo' : 'device'}, and a file is needed.`
  throw new Problem({ what: `Cannot read ${path}.`, where: path, why, remedy: 'Move it out of the way.' }, exitCode)
}
