/** Which host is held for a person to look into: `.lab/held.json`, written by the command that holds it. */
import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry } from '../../targets/target.ts'
import { replaceFile } from '../../workspace/durable-file.ts'
import { lifeOf, parseHolder, thisProcess, type Holder } from '../../workspace/holder.ts'

export interface Held {
  check: string
  seed: string
  /** what the shell finds itself beside: `init`, `host1` */
  name: string
  entry: Entry
}

const pathIn = (workspace: string): string => join(workspace, '.lab', 'held.json')

/** Tells other commands of this workspace, until disposed. */
export class Announcement implements Disposable {
  readonly #path: string
  readonly #holder: Holder

  constructor(workspace: string, held: Held) {
    this.#path = pathIn(workspace)
    this.#holder = thisProcess(randomBytes(4).toString('hex'))
    replaceFile(this.#path, `${JSON.stringify({ holder: this.#holder, held }, null, 2)}\n`)
  }

  /** Another command may have held a host since: that one stays announced. */
  [Symbol.dispose](): void {
    if (read(this.#path)?.holder.nonce === this.#holder.nonce) rmSync(this.#path, { force: true })
  }
}

/** The host that is held now; undefined when there is none, or its holder is gone. */
export function heldIn(workspace: string): Held | undefined {
  const found = read(pathIn(workspace))
  return found && lifeOf(found.holder, thisProcess('')) === 'live' ? found.held : undefined
}

function read(path: string): { holder: Holder; held: Held } | undefined {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined // nobody holds one, or the file is not ours
  }
  if (typeof value !== 'object' || value === null || !('holder' in value) || !('held' in value)) return undefined
  const holder = parseHolder(JSON.stringify(value.holder))
  return holder && isHeld(value.held) ? { holder, held: value.held } : undefined
}

function isHeld(value: unknown): value is Held {
  if (typeof value !== 'object' || value === null) return false
  const { check, seed, name, entry } = value as Record<string, unknown>
  const { argv, environment, component } = (entry ?? {}) as Record<string, unknown>
  const texts = [check, seed, name, component, ...(Array.isArray(argv) ? (argv as unknown[]) : [undefined])]
  return texts.every((text) => typeof text === 'string') && typeof environment === 'object' && environment !== null
}
