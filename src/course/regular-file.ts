/** Reads files that a person may have put there: what is a fifo or a device is refused, because reading it may never end. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { EXIT, Problem, type ExitCode } from '../problem.ts'

/** Opens for reading. Throws what open(2) throws, and a Problem when it is neither a file nor a folder. */
export function openRegular(path: string, exitCode: ExitCode = EXIT.environment): number {
  // Without O_NONBLOCK a fifo that nobody writes to would hold us here (open(2)).
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const stat = fstatSync(fd)
  // A folder's error comes from read(2).
  if (stat.isFile() || stat.isDirectory()) return fd
  closeSync(fd)
  const kind = stat.isFIFO() ? 'a fifo' : stat.isSocket() ? 'a socket' : 'a device'
  throw new Problem(
    {
      what: `Cannot read ${path}.`,
      where: path,
      why: `It is ${kind}, and a file is needed.`,
      remedy: 'Move it out of the way.',
    },
    exitCode,
  )
}

/** The whole file. Throws as openRegular does. */
export function readRegular(path: string, exitCode?: ExitCode): Buffer {
  const fd = openRegular(path, exitCode)
  try {
    return readFileSync(fd)
  } finally {
    closeSync(fd)
  }
}
