import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { thisProcess, type Holder } from '../../src/workspace/holder.ts'
import {
  clean,
  confirm,
  create,
  fileOf,
  highest,
  markReleased,
  asideOf,
  stateOf,
} from '../../src/workspace/lock-files.ts'
import { tempFolder } from '../course/sample.ts'

/** A process that acquires and releases a lock over and over, one step of the algorithm at a time. */
class Contender {
  holds = false
  /** what it does next, and the number it does it with */
  #next: 'list' | 'create' | 'confirm' | 'clean' | 'release' = 'list'
  #number = 0
  #holder: Holder

  constructor(
    readonly path: string,
    nonce: string,
  ) {
    this.#holder = thisProcess(nonce)
  }

  step(): void {
    switch (this.#next) {
      case 'list': {
        const top = highest(this.path)
        const free = top === undefined || stateOf(fileOf(this.path, top), this.#holder) === 'free'
        this.#number = (top ?? 0) + 1
        if (free) this.#next = 'create'
        break
      }
      case 'create':
        this.#next = create(this.path, this.#number, this.#holder) ? 'confirm' : 'list'
        break
      case 'confirm':
        this.holds = confirm(this.path, this.#number)
        this.#next = this.holds ? 'clean' : 'list'
        break
      case 'clean':
        clean(this.path, this.#number)
        this.#next = 'release'
        break
      case 'release':
        this.holds = false
        markReleased(fileOf(this.path, this.#number), asideOf(this.path, this.#holder))
        this.#next = 'list'
    }
  }

  /** SIGKILL: what it has created is that of a process which is not there any more. */
  die(): void {
    const file = fileOf(this.path, this.#number)
    const own = this.#next === 'confirm' || this.#next === 'clean' || this.#next === 'release'
    if (own && existsSync(file)) writeFileSync(file, JSON.stringify({ ...this.#holder, pid: 2 ** 22 + 1 }))
    this.holds = false
    this.#next = 'list'
  }
}

test('however the steps of processes interleave, and whoever dies: one holds the lock at the most, and it is never stuck', () => {
  const schedule = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 0, max: 19 })), { minLength: 20, maxLength: 120 })
  fc.assert(
    fc.property(schedule, (schedule) => {
      using folder = tempFolder()
      const contenders = Array.from({ length: 4 }, (_, i) => new Contender(join(folder.path, 'l'), String(i)))
      for (const [which, luck] of schedule) {
        const contender = contenders[which]
        if (luck === 0) contender?.die()
        else contender?.step()
        expect(contenders.filter((c) => c.holds).length).toBeLessThanOrEqual(1)
      }
      for (const contender of contenders) contender.die()
      const last = new Contender(join(folder.path, 'l'), 'last')
      for (let i = 0; i < 6 && !last.holds; i++) last.step()
      expect(last.holds).toBe(true)
    }),
    { numRuns: 150 },
  )
})

test('who listed long ago, and creates a number that was used since, steps back', () => {
  using folder = tempFolder()
  const path = join(folder.path, 'l')
  const me = thisProcess('me')
  writeFileSync(fileOf(path, 8), 'released')
  writeFileSync(fileOf(path, 9), JSON.stringify(thisProcess('other')))
  expect(create(path, 7, me)).toBe(true)
  expect(confirm(path, 7)).toBe(false)
  expect(readdirSync(folder.path).sort()).toEqual(['l.lock.8', 'l.lock.9'])
})

test('a number that exists is not created again', () => {
  using folder = tempFolder()
  const path = join(folder.path, 'l')
  expect(create(path, 1, thisProcess('a'))).toBe(true)
  expect(create(path, 1, thisProcess('b'))).toBe(false)
  expect(readdirSync(folder.path)).toEqual(['l.lock.1'])
})
