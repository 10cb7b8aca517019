/**
 * When to look at a folder again. Events of the file system are hints and nothing more: whoever waits looks for
 * themselves. A look now and then, without a hint, finds out whether this folder sends events at all.
 */
import { statSync } from 'node:fs'
import { watch, type FSWatcher } from 'chokidar'

/** ms between looks without a hint: while events come, and when there are none */
const CALM = 1000
const POLLING = 250
/** ms for which a change waits for its event before the folder counts as one without events */
const LATE_EVENT = 400

const LEFT_OUT = /(^|[\\/])(\.git|node_modules|__pycache__|\.venv|target)([\\/]|$)/

export interface ChangesOptions {
  dir: string
  /** further files whose changes are hints */
  files: string[]
  /** how the folder is watched has changed, for a person */
  onNote: (text: string) => void
}

/** What has changed: the folder that is watched, something else, or nothing yet. */
export type Seen = 'folder' | 'elsewhere' | undefined

export class Changes implements AsyncDisposable {
  readonly #options: ChangesOptions
  #watcher: FSWatcher | undefined
  #inode: bigint | undefined
  /** whatever may have happened */
  #hints = 0
  /** of the folder, since its last change */
  #events = 0
  #polling = false
  #wake: () => void = () => undefined

  private constructor(options: ChangesOptions) {
    this.#options = options
  }

  static async open(options: ChangesOptions): Promise<Changes> {
    const changes = new Changes(options)
    await changes.#watch()
    return changes
  }

  get polling(): boolean {
    return this.#polling
  }

  /** Resolves when `look` sees a change, asked at each hint and now and then, or when `signal` aborts. */
  async until(look: () => Seen | Promise<Seen>, signal: AbortSignal): Promise<void> {
    const stop = (): void => this.#wake()
    signal.addEventListener('abort', stop)
    try {
      for (;;) {
        if (signal.aborted) return
        const hints = this.#hints
        const seen = await look()
        if (seen === 'folder') await this.#learn()
        if (seen !== undefined) return
        // A hint that came while we looked is not waited for again.
        if (this.#hints === hints) await this.#pause(this.#polling ? POLLING : CALM)
      }
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  /** The folder has changed: did an event announce it? */
  async #learn(): Promise<void> {
    const deadline = performance.now() + LATE_EVENT
    while (!this.#polling && this.#events === 0 && performance.now() < deadline) await this.#pause(20)
    const announced = this.#events > 0
    this.#events = 0
    if (announced || this.#polling) return
    if (inodeOf(this.#options.dir) === this.#inode) return this.#poll('its file system sends no events of changes')
    // Another folder is in its place, as after lab reset or git checkout.
    await this.#close()
    await this.#watch()
  }

  async #watch(): Promise<void> {
    const { dir, files } = this.#options
    this.#inode = inodeOf(dir)
    const watcher = watch([dir, ...files], { ignored: LEFT_OUT, ignoreInitial: true })
    this.#watcher = watcher
    const hint = (path: string): void => {
      this.#hints += 1
      // Files of ours are written here, so that their events say nothing about the folder's.
      if (!files.includes(path)) this.#events += 1
      this.#wake()
    }
    watcher.on('all', (_, path) => hint(path))
    watcher.on('raw', (_, __, details) => hint(watchedPath(details)))
    watcher.on('error', (error) => this.#poll(reason(error)))
    await new Promise<void>((resolve) => {
      watcher.once('ready', resolve)
      watcher.once('error', () => resolve())
    })
  }

  #poll(why: string): void {
    if (this.#polling) return
    this.#polling = true
    this.#options.onNote(`${this.#options.dir} is looked at ${1000 / POLLING} times a second: ${why}`)
    this.#wake()
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async #close(): Promise<void> {
    await this.#watcher?.close()
    this.#watcher = undefined
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close()
  }
}

/** chokidar's raw events say which watch they come from. */
function watchedPath(details: unknown): string {
  const path = typeof details === 'object' && details !== null && 'watchedPath' in details ? details.watchedPath : ''
  return typeof path === 'string' ? path : ''
}

function inodeOf(dir: string): bigint | undefined {
  return statSync(dir, { bigint: true, throwIfNoEntry: false })?.ino
}

/** inotify(7), "ERRORS": ENOSPC is the user's limit of watches, EMFILE that of instances. */
function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOSPC') return 'no inotify watch is left (sudo sysctl fs.inotify.max_user_watches=524288 gives more)'
  if (code === 'EMFILE')
    return 'no inotify instance is left (sudo sysctl fs.inotify.max_user_instances=1024 gives more)'
  return error instanceof Error ? error.message : String(error)
}
