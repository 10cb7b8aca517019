/** One member of an etcd in a host: started, stopped and hurt by a check. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { EtcdClient } from '../../../src/wire/etcd/client.ts'
import { CallFailed, type Recorder } from '../../../src/wire/etcd/record.ts'
import type { StatusResponse } from '../../../src/wire/etcd/messages.ts'
import { installLine, packagesOf } from '../../../src/packages.ts'
import type { CheckContext } from '../check.ts'
import { killNow, letGoOn, pause, resume } from '../faults/stop.ts'
import { tookEffect } from '../faults/took-effect.ts'
import type { Host } from '../host/host.ts'
import type { Running } from '../host/running.ts'
import { EnvironmentFault } from '../outcome.ts'
import { clientUrl, configOf, FOLDER, socketName, type MemberConfig } from './config.ts'
import { hasEnded, Health } from './health.ts'
import { knownRelease, KNOWN_RELEASES } from './log.ts'
import { metricsPage, parseAsked, type Asked } from './metrics.ts'
import { requireProgram } from './program.ts'

/** ms on a fast laptop for an etcd to start, join the others and answer; for one to end */
const START = 10_000
const END = 5_000
/** ms on a fast laptop after which a call of the kit's own is given up */
const CALL = 5_000

export interface MemberParts {
  context: CheckContext
  host: Host
  config: MemberConfig
  cluster: readonly MemberConfig[]
  program: readonly string[]
  environment: Readonly<Record<string, string>>
  more: Readonly<Record<string, unknown>>
  record: Recorder
  /** called when it ends and the check had not asked for that */
  onLost: (fault: EnvironmentFault) => void
}

/** What a check has done to it: what it finds it like beyond that, somebody else has done. */
type Wanted = 'down' | 'up' | 'paused'

export class Member {
  readonly name: string
  readonly host: Host
  /** as components of its host, and of those that reach its address, name it */
  readonly url: string
  /** its unix socket as the engine reaches it, through the root of the host */
  readonly socket: string
  readonly #parts: MemberParts
  readonly #clients: EtcdClient[] = []
  readonly #health: Health
  #running: Running | undefined
  #wanted: Wanted = 'down'
  #filled = false

  constructor(parts: MemberParts) {
    this.#parts = parts
    this.name = parts.config.name
    this.host = parts.host
    this.url = clientUrl(parts.config)
    this.socket = parts.host.path(`${FOLDER}/${socketName(this.name)}`)
    this.#health = new Health(this, () => CALL * parts.context.factor())
    parts.context.defer(() => {
      this.#wanted = 'down'
      for (const client of this.#clients) client.close()
      if (this.#running?.pid !== undefined) letGoOn(this.#running.pid)
    })
  }

  /** A client of this member alone, whose calls and messages are recorded under the name; closed at the check's end. */
  client(name: string): EtcdClient {
    const { context, record } = this.#parts
    const client = new EtcdClient(`unix:${this.socket}`, {
      name,
      record,
      deadline: CALL * context.factor(),
      now: () => context.timeline.now(),
    })
    this.#clients.push(client)
    return client
  }

  /** Starts it on the data that it has; returns once it answers and knows a leader. Throws EnvironmentFault when it does not. */
  async start(): Promise<void> {
    await this.launch()
    await this.ready()
  }

  /** Starts it and does not wait: members of a new cluster answer when most of them are there. */
  async launch(): Promise<void> {
    const { context, config, cluster, program, environment, more, host, onLost } = this.#parts
    const { name } = this
    mkdirSync(host.path(FOLDER), { recursive: true })
    // A killed etcd leaves its socket; one that is there would look like an answer to come.
    rmSync(this.socket, { force: true })
    writeFileSync(host.path(`${FOLDER}/${name}.yaml`), configOf(config, cluster, context.factor(), more))
    requireProgram(host, program[0] ?? 'etcd')
    // Not a part of `program`: whether env(1) is there says nothing of etcd.
    const variables = Object.entries(environment).map(([key, value]) => `${key}=${value}`)
    const env = variables.length === 0 ? [] : ['/usr/bin/env', ...variables]
    const argv = [...env, ...program, `--config-file=${FOLDER}/${name}.yaml`]
    const running = await host.start(argv, { name, cwd: FOLDER })
    this.#running = running
    this.#wanted = 'up'
    void running.exited.then(() => {
      if (this.#running === running && this.#wanted !== 'down' && !this.#filled)
        onLost(this.#health.lost('ended', running))
    })
  }

  /** Waits until it answers and knows a leader. */
  async ready(): Promise<StatusResponse> {
    using client = new EtcdClient(`unix:${this.socket}`, { deadline: CALL * this.#parts.context.factor() })
    const answer = async (): Promise<StatusResponse | string> => {
      if (this.ended) throw this.#health.lost('ended while it started', this.#running)
      if (!existsSync(this.socket)) return 'it does not listen yet'
      try {
        return await client.status()
      } catch (error) {
        if (error instanceof CallFailed) return error.message
        throw error
      }
    }
    const status = await tookEffect(
      this.#parts.context,
      `${this.name} answers and knows a leader`,
      answer,
      (found) => typeof found !== 'string' && found.leader !== '0',
      (found) =>
        `${typeof found === 'string' ? found : 'it knows no leader'}; ${this.#health.complaint() ?? 'its log says nothing of it'}`,
      { within: START },
    )
    if (typeof status === 'string') throw new Error(status) // tookEffect has thrown before
    if (knownRelease(status.version) === undefined) {
      throw new EnvironmentFault(
        `this etcd is of version ${status.version}, which the checks have not been tried with`,
        {
          why: `known releases are ${KNOWN_RELEASES}`,
          remedy: installLine([packagesOf('etcd')], 'install an etcd of a known release'),
        },
      )
    }
    return status
  }

  /** Ends it as an operator would, with SIGTERM; returns when it is gone. */
  async stop(): Promise<void> {
    const running = this.#require()
    this.#wanted = 'down'
    this.#parts.context.timeline.note('fault', `stops ${this.name} for good (SIGTERM)`)
    running.kill('SIGTERM')
    const gone = (): boolean => running.exit !== undefined
    const { context } = this.#parts
    await tookEffect(context, `${this.name} ends after SIGTERM`, gone, Boolean, () => running.describe(), {
      within: END,
    })
  }

  /** Kills it with SIGKILL, as a crash would; what it had not written is lost, what the kernel holds is not. */
  async kill(): Promise<void> {
    const running = this.#require()
    this.#wanted = 'down'
    await killNow(this.#parts.context, running)
  }

  /** `kill` or `stop`, then `start` on the same data. */
  async restart(how: 'kill' | 'stop' = 'kill'): Promise<void> {
    await this[how]()
    await this.start()
  }

  /** Stops it in the middle of what it does (SIGSTOP): connections stay open and nothing answers. */
  async pause(): Promise<void> {
    const running = this.#require()
    this.#wanted = 'paused'
    await pause(this.#parts.context, running)
  }

  async resume(): Promise<void> {
    await resume(this.#parts.context, this.#require())
    this.#wanted = 'up'
  }

  /** Gives space of deleted and compacted data back to the file system; it answers nothing else meanwhile. */
  async defragment(): Promise<void> {
    using client = this.client('kit')
    this.#parts.context.timeline.note('fault', `defragments ${this.name}`)
    await client.defragment()
  }

  /** What all of its clients have asked it since it was started. Throws EnvironmentFault when it does not say. */
  async asked(): Promise<Asked> {
    const got = await metricsPage(this.socket, CALL * this.#parts.context.factor())
    if ('page' in got) return parseAsked(got.page)
    throw this.#health.fault('does not say what it was asked', got.failed)
  }

  /** The check is about to fill its disk or its quota: what etcd says of that, or that it ends of it, is no defect of the machine. */
  expectFull(): void {
    this.#filled = true
  }

  /** its process, where it runs */
  get running(): Running | undefined {
    return this.#running
  }

  /** it was started and is no more, whoever ended it */
  get ended(): boolean {
    return this.#running !== undefined && hasEnded(this.#running)
  }

  /**
   * What is wrong with it that the check has not done; undefined when it is as the check wants it. One that is to be up has
   * to answer: a process that was killed a moment ago may still look alive.
   */
  async unwell(): Promise<EnvironmentFault | undefined> {
    if (this.#wanted === 'down' || this.#filled || this.#running?.pid === undefined) return undefined
    const silent = this.#wanted === 'up' && !this.ended ? await this.#health.silence(this.#running.pid) : undefined
    if (this.ended) {
      await this.#running.exited
      return this.#health.lost('ended', this.#running)
    }
    return silent === undefined ? this.#health.strained() : this.#health.fault('does not answer', silent)
  }

  #require(): Running {
    if (this.#running !== undefined && !this.ended) return this.#running
    throw this.#running === undefined
      ? new Error(`${this.name} was not started`)
      : this.#health.lost('is gone', this.#running)
  }
}
