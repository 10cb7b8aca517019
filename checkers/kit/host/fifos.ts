/** Fifos for the standard streams of a host's programs, made a few programs at a time: each call is a process. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { EnvironmentFault } from '../outcome.ts'

/** for how many programs one call makes them */
export const FIFOS = 16

/** Makes `<folder>/<n>.in`, `.out` and `.err` for the programs from number `from` on. */
export async function makeFifos(folder: string, from: number): Promise<void> {
  const names = Array.from({ length: FIFOS }, (_, i) => ['in', 'out', 'err'].map((s) => `${folder}/${from + i}.${s}`))
  const child = spawn('mkfifo', ['-m', '666', ...names.flat()], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new EnvironmentFault(`mkfifo failed in ${folder}`, { remedy: 'lab doctor' })
}
