/** Trials on a real engine, which is lost on purpose in between. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { KeptTrials } from '../../../src/author/truth/kept.ts'
import { absent } from '../../../src/author/truth/subjects.ts'
import { trials, type TruthOptions } from '../../../src/author/truth/truth.ts'
import { loadCourse } from '../../../src/course/course.ts'
import { loadLab } from '../../../src/course/lab.ts'
import { Problem } from '../../../src/problem.ts'
import { connect } from '../../../src/targets/connect.ts'
import type { Engine } from '../../../src/targets/target.ts'
import { PACKAGE as root } from '../../cli/built.ts'

let engine: Engine
const folder = mkdtempSync(join(tmpdir(), 'trials-'))
beforeAll(async () => {
  engine = await connect({ root, target: 'local', requires: ['namespaces'] })
})
afterAll(async () => {
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The engine, which is lost at its run of this number; and the checks of each run that it was asked for. */
function lostAt(number: number): { engine: Engine; runs: string[][] } {
  const runs: string[][] = []
  const get = (real: Engine, key: keyof Engine): unknown => {
    if (key !== 'run') return Reflect.get(real, key)
    return (...[request, signal]: Parameters<Engine['run']>) => {
      runs.push(request.checks.map(({ id }) => id))
      if (runs.length === number) throw new Problem({ what: 'The engine was lost.' })
      return real.run(request, signal)
    }
  }
  return { engine: new Proxy(engine, { get }), runs }
}

it('are kept as they end: what an engine that is lost leaves out is all that runs again', async () => {
  const course = await loadCourse(root)
  const lab = await loadLab(course, 'linux/init')
  const checkers = join(root, 'dist/checkers/linux/init.cjs')
  const checks = ['start/window', 'exit-status/code', 'reap/orphan']
  const work = [{ subject: absent(), checks, seed: 'one', patience: 0.2 }]
  const planned: [total: number, kept: number][] = []
  const options = (on: Engine): TruthOptions => ({
    course,
    lab,
    ground: { lab: lab.id, checkers, hidden: [root] },
    alone: new Set(['start/window']),
    seed: 'one',
    engines: () => Promise.resolve([on]),
    kept: new KeptTrials([checkers], 'local', { folder }),
    signal: new AbortController().signal,
    onPlan: (total, kept) => planned.push([total, kept]),
  })

  const first = lostAt(2)
  await expect(trials(options(first.engine), work)).rejects.toThrow('The engine was lost.')
  expect(first.runs).toEqual([['exit-status/code', 'reap/orphan'], ['start/window']])

  const second = lostAt(Infinity)
  const [tried] = await trials(options(second.engine), work)
  expect(second.runs).toEqual([['start/window']])
  expect(tried?.trial.results.map(({ check, verdict }) => [check, verdict])).toEqual(
    checks.map((check) => [check, 'failed']),
  )

  const third = lostAt(1)
  expect(await trials(options(third.engine), work)).toMatchObject([{ trial: { seed: 'one' } }])
  expect(planned).toEqual([
    [2, 0],
    [2, 1],
    [2, 2],
  ])

  const anew = lostAt(Infinity)
  const kept = new KeptTrials([checkers], 'local', { folder, fresh: true, most: 1 })
  await trials({ ...options(anew.engine), kept }, work)
  expect(anew.runs).toEqual(first.runs)
  expect(readdirSync(folder)).toHaveLength(1)
})

it('keeps no build that failed: it may be the network that was missed', () => {
  const work = { subject: absent(), checks: ['exit-status/code'], seed: 'two', patience: 1 }
  const kept = new KeptTrials([], 'local', { folder })
  kept.keep(work, { seed: 'two', results: [], ms: 1, cpuMs: 1, buildFailed: 'go mod download exited 1' })
  expect(kept.find(work)).toBeUndefined()
  kept.keep(work, { seed: 'two', results: [], ms: 1, cpuMs: 1 })
  expect(kept.find(work)).toMatchObject({ seed: 'two' })
})
