/**
 * A lock between processes, without native code (Node has no flock), that survives the SIGKILL of its holder.
 *
 * The files `<path>.lock.<n>` are its history, and the one with the highest number is its state: held by a process that
 * lives, held by one that is dead, or released.
 *
 *   acquire   list; when the highest file is absent, released or of a dead holder, create number n+1, whole (link(2) of
 *             a finished file, which fails when the name is taken); list again; the lock is ours only when our number
 *             is still the highest, else remove ours and begin again
 *   release   replace the content of our file by "released" (rename(2))
 *   cleaning  the holder removes lower numbers; the highest is never removed
 *
 * Why at most one process holds it:
 *   1. The highest number never falls: a file is removed only by somebody who sees a higher one.
 *   2. Number n+1 is created only by somebody who saw n as the highest, and n as released or dead; both are final. So
 *      while the holder of the highest number n lives and has not released, nobody who lists creates n+1.
 *   3. Of several that create n+1 link(2) lets one win. A slow one, that listed long ago, may create a number which has
 *      been used and removed since; by 1 there is a higher file then, its second listing shows that, and it steps back.
 *      Until it does, its file is not the highest, so it means nothing to anybody.
 *   4. The second listing must not miss a higher file. One that exists throughout a listing is listed (POSIX). One
 *      could be missed only if while we list, the highest were removed and a still higher one added: so a holder leaves
 *      the number right below its own, and two others would have to acquire within one listing of a small folder, which
 *      on Linux is one getdents call under the folder's lock.
 * Why it is never stuck: a dead holder is recognised (holder.ts), also when its pid is used again. What can't be probed
 * (another pid namespace, another machine on a shared folder, a file that a power loss cut off) counts as dead when the
 * file has not been touched for 60 s; a holder touches its file every 10 s.
 */
import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileProblem } from '../course/file-problem.ts'
import { Problem } from '../problem.ts'
import { makeFolder } from './durable-file.ts'
import { thisProcess, type Holder } from './holder.ts'
import { asideOf, clean, confirm, create, fileOf, highest, markReleased, stateOf, touchFile } from './lock-files.ts'

export interface LockOptions {
  /** how long to wait for another holder, ms; default 10,000 */
  deadlineMs?: number
  signal?: AbortSignal
}

export interface Lock extends AsyncDisposable {
  release(): Promise<void>
}

const TOUCH_EVERY = 10_000

/**
 * Waits for the lock. `path` is its folder (made when absent) and its name. Not re-entrant. Throws a Problem when the
 * deadline passes (it names the holder) or the folder can't be written, and the signal's reason when aborted.
 */
export async function acquireLock(path: string, options: LockOptions = {}): Promise<Lock> {
  const { deadlineMs = 10_000, signal } = options
  const self = thisProcess(randomBytes(8).toString('hex'))
  const deadline = performance.now() + deadlineMs
  try {
    makeFolder(dirname(path))
    for (let attempt = 0; ; attempt++) {
      signal?.throwIfAborted()
      const top = highest(path)
      const state = top === undefined ? 'free' : stateOf(fileOf(path, top), self)
      if (state === 'free') {
        const number = (top ?? 0) + 1
        if (create(path, number, self) && confirm(path, number)) return await held(path, number, self)
      }
      if (performance.now() >= deadline) throw busy(path, state === 'free' ? undefined : state.holder, self, deadlineMs)
      const backoff = state === 'free' ? 2 : Math.min(8, 2 ** Math.min(attempt, 3))
      await sleep(backoff * (0.5 + Math.random()), undefined, signal && { signal })
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    throw fileProblem(error, 'Cannot lock the workspace.', dirname(path))
  }
}

/** Runs `work` while it holds the lock. */
export async function withLock<T>(path: string, work: () => Promise<T> | T, options: LockOptions = {}): Promise<T> {
  const lock = await acquireLock(path, options)
  try {
    return await work()
  } finally {
    await lock.release()
  }
}

async function held(path: string, number: number, self: Holder): Promise<Lock> {
  const file = fileOf(path, number)
  const touch = setInterval(() => touchFile(file), TOUCH_EVERY)
  touch.unref()
  let open = true
  const release = (): Promise<void> => {
    if (open) {
      clearInterval(touch)
      markReleased(file, asideOf(path, self))
      open = false
    }
    return Promise.resolve()
  }
  try {
    clean(path, number)
  } catch (error) {
    await release()
    throw error
  }
  return { release, [Symbol.asyncDispose]: release }
}

function busy(path: string, holder: Holder | undefined, self: Holder, waitedMs: number): Problem {
  const elsewhere = holder && holder.host !== self.host ? ` on ${holder.host}` : ''
  const who = holder ? `process ${String(holder.pid)}${elsewhere}` : 'another process'
  return new Problem({
    what: `The workspace is in use by ${who}.`,
    where: path,
    why: `It did not give up the lock within ${String(waitedMs / 1000)} s.`,
    remedy: holder
      ? `See what it does with: ps -p ${String(holder.pid)}\nWait for it, or end it, then try again.`
      : 'Wait a minute, then try again.',
  })
}
