// The greatest token that was let through, in a file that survives us.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export class Mark {
  readonly #file: string
  token: bigint

  constructor(file: string, token: bigint) {
    this.#file = file
    this.token = token
  }

  /**
   * Returns when the token is on the disk. Written aside and renamed, the file is always a whole one; the folder is synced
   * because a name is part of it (fsync(2), "DESCRIPTION").
   */
  raise(token: bigint): void {
    const aside = `${this.#file}.new`
    synced(aside, 'w', (fd) => void writeSync(fd, `${token}\n`))
    renameSync(aside, this.#file)
    synced(dirname(this.#file), 'r')
    this.token = token
  }
}

/** Throws when the file is there and is not one of ours: to begin at 0 would let everybody in. */
export function readMark(file: string): Mark {
  if (!existsSync(file)) return new Mark(file, 0n)
  const text = readFileSync(file, 'utf8')
  if (!/^[1-9]\d*\n$/.test(text)) throw new Error(`${file} holds no token`)
  return new Mark(file, BigInt(text))
}

function synced(path: string, flags: string, act: (fd: number) => void = () => undefined): void {
  const fd = openSync(path, flags)
  try {
    act(fd)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
