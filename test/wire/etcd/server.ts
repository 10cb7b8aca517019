/** A real etcd that only unix sockets reach: no port of the machine is taken. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../../e2e/until.ts'

export class EtcdServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'etcd-'))
  /** as gRPC names it */
  readonly address = `unix:${join(this.folder, 'client:0')}`
  /** as etcdctl and etcd3 do, for a program that runs in the folder */
  readonly endpoint = 'unix://client:0'
  #said = ''
  #stop: (signal: NodeJS.Signals) => Promise<void> = () => Promise.resolve()

  static async start(): Promise<EtcdServer> {
    const server = new EtcdServer()
    await server.restart()
    return server
  }

  async restart(): Promise<void> {
    await this.#stop('SIGKILL')
    rmSync(join(this.folder, 'client:0'), { force: true })
    const peer = 'unix://peer:0'
    const flags = {
      'data-dir': 'data',
      'listen-client-urls': this.endpoint,
      'advertise-client-urls': this.endpoint,
      'listen-peer-urls': peer,
      'initial-advertise-peer-urls': peer,
      'initial-cluster': `default=${peer}`,
    }
    const child = spawn(
      'etcd',
      Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
      { cwd: this.folder, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    const gone = once(child, 'exit')
    child.stderr.on('data', (chunk: Buffer) => (this.#said += chunk.toString()))
    this.#stop = async (signal) => {
      child.kill(signal)
      await gone
    }
    const listens = (): boolean =>
      statSync(join(this.folder, 'client:0'), { throwIfNoEntry: false })?.isSocket() === true
    await until('etcd listens', listens, () => this.#said)
  }

  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#stop(signal)
    this.#stop = () => Promise.resolve()
  }

  async close(): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
