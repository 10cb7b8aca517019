/** What a killed engine left is found by its id and removed; what is somebody's, or still in use, is not. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { Cgroups, findBounds, MARK } from '../../src/engine/bounds.ts'
import { declareAlive, removeLeftovers } from '../../src/engine/leftovers.ts'

const bounds = findBounds()
const withCgroups = bounds.kind === 'rlimit' ? describe.skip : describe
const amounts = { memory: 64 * 2 ** 20, processes: 33 }

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

/**
 * The cgroups of an engine with one host, and a process in that if it is asked for. It is alive at first: engines of
 * other tests clean up at the same time.
 */
async function engine(inhabited = false) {
  const id = randomBytes(6).toString('hex')
  const alive = await declareAlive(id)
  undo.push(() => alive.close())
  const cgroups = new Cgroups(bounds, id)
  undo.push(() => cgroups.close())
  const folders = cgroups.make('host-1', amounts)
  if (inhabited) {
    const child = spawn('sleep', ['1000'], { stdio: 'ignore' })
    for (const folder of folders) writeFileSync(`${folder}/cgroup.procs`, String(child.pid))
    undo.push(async () => {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    })
  }
  return { id, alive, cgroups, folders, exist: () => folders.filter((folder) => existsSync(folder)).length }
}

withCgroups('cgroups of an engine', () => {
  it('are removed when it is gone, and stay while it lives or a process is in them', async () => {
    const [dead, alive, busy] = [await engine(), await engine(), await engine(true)]
    for (const gone of [dead, busy]) await new Promise((resolve) => gone.alive.close(resolve))
    const [parent = ''] = bounds.parents
    const stranger = `${parent}/not-${MARK}${dead.id}`
    mkdirSync(stranger)
    undo.push(() => rmdirSync(stranger))
    const removed = await removeLeftovers()
    expect([dead.exist(), alive.exist(), busy.exist()]).toEqual([0, alive.folders.length, busy.folders.length])
    expect(existsSync(stranger)).toBe(true)
    // Another engine may clean at the same moment: what it has removed is not ours to tell.
    expect(removed.filter((folder) => [alive, busy].some(({ id }) => folder.includes(id)))).toEqual([])
  })

  it('bound memory and processes', async () => {
    const { folders } = await engine()
    const read = (file: string): string[] =>
      folders.flatMap((folder) => {
        const path = `${folder}/${file}`
        return existsSync(path) ? [readFileSync(path, 'utf8').trim()] : []
      })
    expect(read('pids.max')).toEqual(['33'])
    expect([...read('memory.max'), ...read('memory.limit_in_bytes')]).toEqual([String(amounts.memory)])
  })

  it('are told when they can not be removed, since a process is in them', async () => {
    const { cgroups, folders } = await engine(true)
    expect(cgroups.remove(folders)).toEqual(folders)
    const empty = await engine()
    expect(empty.cgroups.remove(empty.folders)).toEqual([])
    expect(empty.exist()).toBe(0)
    expect(empty.cgroups.remove(empty.folders)).toEqual([])
  })
})
