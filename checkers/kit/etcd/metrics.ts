/** What an etcd has been asked, by all of its clients: counters that it offers itself, whatever the clients speak (gRPC or JSON). */
import { request } from 'node:http'

/** Counters of gRPC methods by name (`Range`, `Watch` …): calls that began, and messages of both directions. */
export interface Asked {
  started: ReadonlyMap<string, number>
  received: ReadonlyMap<string, number>
  sent: ReadonlyMap<string, number>
}

const COUNTER = /^grpc_server_(started|msg_received|msg_sent)_total\{(.*)\} (\d+(?:\.\d+)?(?:e\+\d+)?)$/

/** Reads the text format of Prometheus ("Exposition formats", "Text-based format"). Pure. */
export function parseAsked(text: string): Asked {
  const asked = {
    started: new Map<string, number>(),
    received: new Map<string, number>(),
    sent: new Map<string, number>(),
  }
  for (const line of text.split('\n')) {
    const [, what, labels = '', count] = COUNTER.exec(line) ?? []
    const method = /grpc_method="([^"]*)"/.exec(labels)?.[1]
    if (method === undefined) continue
    const counters = what === 'started' ? asked.started : what === 'msg_sent' ? asked.sent : asked.received
    counters.set(method, (counters.get(method) ?? 0) + Number(count))
  }
  return asked
}

/** The page /metrics of the etcd that listens on a unix socket, or the error's message. */
export function metricsPage(socketPath: string, timeout: number): Promise<{ page: string } | { failed: string }> {
  return new Promise((resolve) => {
    const call = request({ socketPath, path: '/metrics', timeout }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', (error) => resolve({ failed: error.message }))
      response.on('end', () => resolve({ page: Buffer.concat(chunks).toString() }))
    })
    call.on('timeout', () => call.destroy(new Error('no answer in time')))
    call.on('error', (error) => resolve({ failed: error.message }))
    call.end()
  })
}
