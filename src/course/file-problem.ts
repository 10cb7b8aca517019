/** Turns what the operating system says about a file into words for a person. */
import { dirname } from 'node:path'
import { EXIT, Problem, type ExitCode } from '../problem.ts'

/** The errno name of a failed system call, or undefined. */
export function errno(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error
    ? error.code
    : undefined
}

/**
 * The Problem to throw when a system call on `path` failed. What is not a failed system call (our own bug, a Problem
 * already) comes back as it is, so `throw fileProblem(error, …)` never hides anything.
 */
export function fileProblem(
  error: unknown,
  what: string,
  path: string,
  exitCode: ExitCode = EXIT.environment,
): unknown {
  const code = errno(error)
  if (code === undefined) return error
  const [why, remedy] = explain(code, path)
  return new Problem({ what, where: path, why: why ?? (error as Error).message, remedy }, exitCode, { cause: error })
}

function explain(code: string, path: string): [why: string | undefined, remedy: string | undefined] {
  switch (code) {
    case 'ENOENT':
      return ['It does not exist.', undefined]
    case 'ENOSPC':
      return [
        'The disk is full, or has no inodes left.',
        `Free some space (df -h ${dirname(path)} shows how much there is, df -i the inodes), then try again.`,
      ]
    case 'EDQUOT':
      return ['Your disk quota is used up.', 'Free some space, then try again.']
    case 'EROFS':
      return ['The file system is read-only.', 'Use a folder that you can write to.']
    case 'EACCES':
    case 'EPERM':
      return [
        'You have no permission.',
        `Look at its owner and mode with: ls -ld ${path}\nA file that root left behind is yours again after: sudo chown "$(id -un)" ${path}`,
      ]
    case 'EISDIR':
      return ['It is a folder, and a file is needed.', 'Move it out of the way.']
    case 'ENOTDIR':
      return ['A part of its path is a file, and a folder is needed.', 'Move that file out of the way.']
    case 'EMFILE':
    case 'ENFILE':
      return ['Too many files are open.', 'Close other programs, or raise the limit: ulimit -n 4096']
    case 'ENAMETOOLONG':
      return ['Its name, or a part of it, is too long.', 'Use a shorter path.']
    case 'ELOOP':
      return ['It is a symbolic link that leads to itself.', 'Remove that link.']
    case 'EIO':
      return ['The disk reported an error.', 'Look at the messages of the kernel: dmesg | tail']
    default:
      return [undefined, undefined]
  }
}
