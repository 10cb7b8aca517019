/**
 * Twice the processors grade a class in about half the time. It needs a machine that does nothing else, so it runs only with
 * LAB_FIGURES=1. LAB_CLASS: workspaces.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build, PACKAGE } from '../cli/built.ts'
import { Classroom } from './classroom.ts'
import { mixedClass } from './mixed-class.ts'

const asked = process.env['LAB_FIGURES'] === '1'
const SIZE = Number(process.env['LAB_CLASS'] ?? 24)
/** pairs of runs: the median of their ratios counts */
const PAIRS = 3
const GOAL = 1.8
/** s for which programs are started to see what the machine gives */
const STARTING = 5

let room: Classroom
beforeAll(async () => {
  if (!asked) return
  await build()
  room = await Classroom.small()
  await mixedClass(room, SIZE)
  await grade(processors().slice(0, 1), 'warm')
}, 300_000)
afterAll(() => {
  if (asked) room[Symbol.dispose]()
})

/** Two that this process may run on. */
function processors(): string[] {
  const said = execFileSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' })
  const ranges = said.trim().split(': ').at(-1)?.split(',') ?? []
  const all = ranges.flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, i) => String(from + i))
  })
  return all.slice(0, 2)
}

/** s that it takes */
async function grade(on: readonly string[], results: string): Promise<number> {
  const lab = [process.execPath, join(PACKAGE, 'bin/lab.js'), ...room.command, '--workspaces', 'class', '--seed', 'x']
  const began = performance.now()
  const child = spawn('taskset', ['-c', on.join(), ...lab, '--results', results], { cwd: room.path, stdio: 'ignore' })
  const [code] = (await once(child, 'exit')) as [number | null]
  expect([0, 1]).toContain(code)
  return (performance.now() - began) / 1000
}

/** How many programs are started, a shell on each of these processors: most of grading is that. */
async function starts(on: readonly string[]): Promise<number> {
  const loop = `n=0; end=$(($(date +%s) + ${STARTING})); while [ $(date +%s) -lt $end ]; do n=$((n + 1)); done; echo $n`
  const counts = on.map(async (cpu) => {
    const child = spawn('taskset', ['-c', cpu, 'sh', '-c', loop], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    await once(child, 'close')
    return Number(said)
  })
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

test.runIf(asked)('twice the processors, nearly twice the throughput', { timeout: 1_800_000 }, async () => {
  const two = processors()
  const one = two.slice(0, 1)
  expect(two).toHaveLength(2)
  const ratios: number[] = []
  const machine: number[] = []
  for (let pair = 1; pair <= PAIRS; pair += 1) {
    machine.push((await starts(two)) / (await starts(one)))
    const [slow, fast] = [await grade(one, `one-${pair}`), await grade(two, `two-${pair}`)]
    ratios.push(slow / fast)
    const told = `${SIZE} workspaces: ${slow.toFixed(1)} s on one processor, ${fast.toFixed(1)} s on two: ${(slow / fast).toFixed(2)}`
    process.stderr.write(`${told}; starting programs: ${machine.at(-1)?.toFixed(2) ?? ''}\n`)
  }
  // A machine whose second processor adds less than a whole one can't give more to a grading.
  expect(median(ratios)).toBeGreaterThanOrEqual(Math.min(GOAL, 0.9 * median(machine)))
})
