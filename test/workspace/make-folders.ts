/** A thread for tests: makes two folders at a time, each pair at the same moment as the other threads. */
import { join } from 'node:path'
import { workerData } from 'node:worker_threads'
import { makeFolder } from '../../src/make-folder.ts'

const ROUNDS = 200
const { gate, racers, folder } = workerData as { gate: SharedArrayBuffer; racers: number; folder: string }
const arrived = new Int32Array(gate)

for (let round = 0; round < ROUNDS; round++) {
  Atomics.add(arrived, 0, 1)
  while (Atomics.load(arrived, 0) < (round + 1) * racers); // without a wait, so that they leave together
  makeFolder(join(folder, `r${String(round)}`, '.lab'))
}
