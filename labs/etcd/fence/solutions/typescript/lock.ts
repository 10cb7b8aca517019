// A command under a lock, and a leader of an election.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Etcd } from './etcd.ts'
import { Place, reasonOf } from './queue.ts'
import { KILL } from './session.ts'

export interface Wish {
  endpoints: string
  /** seconds */
  ttl: number
  name: string
}

/** A signal that comes when the process gets one of these. */
function onSignal(...names: NodeJS.Signals[]): AbortSignal {
  const controller = new AbortController()
  for (const name of names) process.on(name, () => controller.abort(new Error(`ended by ${name}`)))
  return controller.signal
}

/** Resolves to the exit code. */
export async function lock({ endpoints, ttl, name }: Wish, [program = '', ...args]: string[]): Promise<number> {
  const asked = onSignal('SIGTERM')
  const place = await Place.enter(new Etcd(endpoints), ttl, name, '', asked)
  const { lost } = place.session
  const env = { ...process.env, ETCD_LOCK_KEY: place.key, ETCD_LOCK_REV: String(place.token) }
  const command = spawn(program, args, { stdio: 'inherit', env })
  const ended = once(command, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  asked.addEventListener('abort', () => command.kill('SIGTERM'))
  if (asked.aborted) command.kill('SIGTERM')
  lost.addEventListener('abort', () => {
    command.kill('SIGTERM')
    setTimeout(() => command.kill('SIGKILL'), place.session.until(KILL)).unref()
  })
  try {
    const [code, signal] = await ended
    if (signal !== null) console.error(`fence: ${program} was ended by ${signal}`)
    if (lost.aborted) throw new Error(reasonOf(lost))
    return code ?? 1
  } finally {
    if (!lost.aborted) await place.leave()
  }
}

/** Resolves to the exit code. */
export async function campaign({ endpoints, ttl, name }: Wish, value: string): Promise<number> {
  const asked = onSignal('SIGTERM', 'SIGINT')
  const place = await Place.enter(new Etcd(endpoints), ttl, name, value, asked)
  process.stdout.write(`${place.key}\n${value}\n`)
  const { lost } = place.session
  if (!asked.aborted && !lost.aborted) {
    await new Promise((resolve) => AbortSignal.any([asked, lost]).addEventListener('abort', resolve))
  }
  if (lost.aborted) throw new Error(`no longer the leader: ${reasonOf(lost)}`)
  await place.leave()
  return 0
}
