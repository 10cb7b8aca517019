import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Speed } from '../../src/engine/speed.ts'

let folder = ''
let path: string | undefined
let speed: Speed
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'speed-'))
  path = process.env['PATH']
  speed = new Speed()
})
afterEach(() => {
  process.env['PATH'] = path
  speed.stop()
  rmSync(folder, { recursive: true })
})

/** From now on `true` takes so long, at least. */
function slow(seconds: string): void {
  process.env['PATH'] = `${folder}:${path ?? ''}`
  writeFileSync(join(folder, 'true'), `#!/bin/sh\nsleep ${seconds}\n`, { mode: 0o755 })
}

/** Nothing else runs in this process for so long. */
function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

const beats = async (wanted: () => boolean): Promise<void> => {
  for (const end = performance.now() + 30_000; !wanted() && performance.now() < end;)
    await new Promise((resolve) => setTimeout(resolve, 5))
  expect(wanted()).toBe(true)
}

describe('the deadline factor', () => {
  it('is 1 at least, grows at once on a slow machine, and comes back by half', async () => {
    expect(speed.factor).toBe(1)
    slow('0.08')
    const most = await speed.measure()
    // 80 ms against the 1.6 ms of a fast laptop
    expect(most).toBeGreaterThanOrEqual(50)
    expect(speed.factor).toBe(most)
    process.env['PATH'] = path
    const after = await speed.measure()
    expect(after).toBeLessThan(most)
    expect(after).toBeGreaterThanOrEqual(most / 2)
  })

  it('is measured again in the background, once at a time, and not where it can not be', async () => {
    slow('0.08')
    const most = await speed.measure()
    process.env['PATH'] = path
    for (let n = 0; n < 3; n += 1) speed.again()
    await beats(() => speed.factor < most)
    expect(speed.factor).toBeGreaterThanOrEqual(most / 2)
    process.env['PATH'] = folder
    rmSync(join(folder, 'true'))
    const before = speed.factor
    speed.again()
    await new Promise((resolve) => setImmediate(resolve))
    process.env['PATH'] = path
    expect(speed.factor).toBe(before)
  })

  it('counts for a moment, so that short checks do not each pay for one', async () => {
    const first = await speed.measure()
    const begin = performance.now()
    slow('0.08')
    expect(await speed.recent()).toBe(first)
    await beats(() => performance.now() - begin > 250)
    expect(await speed.recent()).toBeGreaterThanOrEqual(50)
  })

  it('is 100 at most: a deadline stays one that people wait for', async () => {
    slow('0.2')
    expect(await speed.measure()).toBe(100)
  })
})

describe('the heartbeat', () => {
  it('tells by how much the engine was late, and forgets it', async () => {
    block(150)
    await beats(() => speed.late >= 100)
    await beats(() => speed.late < 50)
  })

  it('is watched from a moment on: what was late before does not count, a beat that is still due does', async () => {
    const before = speed.watch()
    block(150)
    const after = speed.watch()
    const seen = { before: before(), after: after() }
    expect(seen.before.late).toBeGreaterThanOrEqual(100)
    expect(seen.after.late).toBeLessThan(50)
    expect(seen.before.load).toBeGreaterThanOrEqual(0)
    expect(Number.isFinite(seen.after.load)).toBe(true)
  })
})
