/** `lab check --watch` in the VM: what a save costs beyond what the check itself takes inside. */
import { once } from 'node:events'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { startLab, type Going } from './user.ts'

const SOLUTION = 'labs/linux/init/solutions/python/main.py'
const SAVES = 11
/** ms for one save to be checked, where programs start slowly */
const PATIENCE = 60_000

interface Run {
  target: string
  results: { verdict: string; ms: number }[]
}

/** Saves the same source several times, and returns the median of what each cost beyond its check, ms; each has to pass. */
export async function beyondTheCheck(folder: string): Promise<number> {
  const main = join(folder, 'init/main.py')
  copyFileSync(SOLUTION, main)
  const going = startLab('check', 'exit-status/code', '--watch', '--json', '--workspace', folder)
  try {
    const next = runsOf(going)
    await next()
    const costs: number[] = []
    for (let n = 0; n < SAVES; n += 1) {
      const saved = performance.now()
      writeFileSync(main, readFileSync(SOLUTION))
      const { target, results } = await next()
      const took = performance.now() - saved
      expect({ target, results }).toMatchObject({ target: 'lima', results: [{ verdict: 'passed' }] })
      costs.push(took - results.reduce((sum, { ms }) => sum + ms, 0))
    }
    const median = costs.sort((a, b) => a - b)[Math.floor(costs.length / 2)] ?? NaN
    console.log(`a save costs ${costs.map(Math.round).join(', ')} ms beyond its check; median ${Math.round(median)} ms`)
    return median
  } finally {
    // runuser passes it on; SIGINT would end runuser alone.
    going.child.kill('SIGTERM')
    await going.ended
  }
}

/** The runs that are printed, one line each: the next one, whenever it is asked for. */
function runsOf({ child, ended }: Going): () => Promise<Run> {
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const over = ended.then(({ code, err }) => {
    throw new Error(`watching has ended: exit ${code}: ${err}`)
  })
  over.catch(() => undefined)
  return async () => {
    const deadline = AbortSignal.timeout(PATIENCE)
    while (!text.includes('\n')) {
      if (child.stdout === null) throw new Error('it has no standard output')
      await Promise.race([once(child.stdout, 'data', { signal: deadline }), over])
    }
    const end = text.indexOf('\n')
    const line = text.slice(0, end)
    text = text.slice(end + 1)
    return JSON.parse(line) as Run
  }
}
