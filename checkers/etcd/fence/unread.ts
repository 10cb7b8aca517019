/** What has come to a program and was not read by it: proc_net(5), /proc/PID/net/tcp. */
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'

const portOf = (address = ''): number => Number.parseInt(address.slice(address.lastIndexOf(':') + 1), 16)

/** Bytes of a connection that wait in the kernel for the server at `port`; undefined when there is no such connection. */
export function unread(pid: number | undefined, { localPort }: Socket, port: number): number | undefined {
  if (pid === undefined) return undefined
  for (const family of ['tcp', 'tcp6']) {
    for (const line of readFileSync(`/proc/${pid}/net/${family}`, 'utf8').trim().split('\n').slice(1)) {
      const [, local, remote, , queues = ''] = line.trim().split(/\s+/)
      if (portOf(local) === port && portOf(remote) === localPort) return Number.parseInt(queues.split(':')[1] ?? '', 16)
    }
  }
  return undefined
}
