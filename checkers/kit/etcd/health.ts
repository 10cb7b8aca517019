/** How a member of an etcd is that no check has hurt: an etcd that somebody else has ended is no defect of the component. */
import { readFileSync } from 'node:fs'
import { EtcdClient } from '../../../src/wire/etcd/client.ts'
import { CallFailed } from '../../../src/wire/etcd/record.ts'
import type { Host } from '../host/host.ts'
import { describeExit, stateWord, type Running } from '../host/running.ts'
import { EnvironmentFault } from '../outcome.ts'
import { statOf } from '../procfs.ts'
import { FOLDER } from './config.ts'
import { lastComplaint, remedyFor } from './log.ts'

export class Health {
  readonly #of: { name: string; host: Host; socket: string }
  readonly #deadline: () => number

  /** `deadline`: ms after which a call of its own is given up. */
  constructor(of: { name: string; host: Host; socket: string }, deadline: () => number) {
    this.#of = of
    this.#deadline = deadline
  }

  /** What its log said last of something that is wrong. */
  complaint(): string | undefined {
    try {
      return lastComplaint(readFileSync(this.#of.host.path(`${FOLDER}/${this.#of.name}.log`), 'utf8'))
    } catch {
      return undefined // no log yet, or the host is gone
    }
  }

  /** Why it does not answer; undefined when it does. */
  async silence(pid: number): Promise<string | undefined> {
    const state = statOf(pid)?.state
    if (state === 'T' || state === 't') return `it ${stateWord(state)}, and somebody else has done that`
    using client = new EtcdClient(`unix:${this.#of.socket}`, { deadline: this.#deadline() })
    const status = await client.status().catch((error: unknown) => error)
    return status instanceof CallFailed ? status.message : undefined
  }

  /** Its log tells of something that a person can mend: a full disk, too few descriptors. */
  strained(): EnvironmentFault | undefined {
    const complaint = this.complaint()
    const remedy = remedyFor(complaint)
    return complaint === undefined || remedy === undefined ? undefined : this.fault('can’t go on', complaint, remedy)
  }

  /** It is no more. */
  lost(what: string, running: Running | undefined): EnvironmentFault {
    const { exit } = running ?? {}
    const how = exit === undefined ? 'it is no more' : describeExit(exit)
    const said = this.complaint() ?? running?.output.texts('err').at(-1)
    const why = said === undefined ? `${how}; its log says nothing of it` : `${how}; it said: ${said}`
    return this.fault(what, why, remedyFor(said))
  }

  fault(
    what: string,
    why: string,
    remedy = 'run lab check again; nothing else may end or stop what runs in it',
  ): EnvironmentFault {
    return new EnvironmentFault(`${this.#of.name}, an etcd that this check has not touched, ${what}`, { why, remedy })
  }
}

/** The kernel knows it earlier than we: until its exit has been read it is a zombie. */
export function hasEnded({ pid, exit }: Running): boolean {
  if (exit !== undefined || pid === undefined) return true
  const state = statOf(pid)?.state
  return state === undefined || state === 'Z' || state === 'X'
}
