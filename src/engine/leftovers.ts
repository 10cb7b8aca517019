/**
 * What a killed engine can leave. Its processes are in a pid namespace of its own and its mounts in a mount namespace
 * of its own, which end with it; its files are in a tmpfs that ends with those. Cgroups outlive it: they are found by
 * the engine's id in their name. An engine is alive while the abstract socket of its id answers (unix(7)): the kernel
 * takes that away with the last process that holds it, so no pid can be mistaken for another.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { once } from 'node:events'
import { findBounds, MARK, removeTree } from './bounds.ts'

const address = (id: string): string => `\0drydock-engine-${id}`

/** Declares this engine alive until the returned server closes or the process ends. */
export async function declareAlive(id: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy())
  server.listen(address(id))
  await once(server, 'listening')
  server.unref()
  return server
}

async function isAlive(id: string): Promise<boolean> {
  const socket = connect(address(id))
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** Removes the cgroups of engines that are gone, and returns their paths. Processes in them are never ours to judge. */
export async function removeLeftovers(): Promise<string[]> {
  const removed: string[] = []
  for (const parent of findBounds().parents) {
    for (const name of readdirSync(parent)) {
      if (!name.startsWith(MARK)) continue
      const folder = `${parent}/${name}`
      if (await isAlive(name.slice(MARK.length))) continue
      if (isEmpty(folder) && removeTree(folder)) removed.push(folder)
    }
  }
  return removed
}

/** No process is in the cgroup or below it. */
function isEmpty(folder: string): boolean {
  if (!existsSync(`${folder}/cgroup.procs`)) return false
  if (readFileSync(`${folder}/cgroup.procs`, 'utf8').trim() !== '') return false
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .every((entry) => isEmpty(`${folder}/${entry.name}`))
}
