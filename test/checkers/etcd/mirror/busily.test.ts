import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { busily } from '../../../../checkers/etcd/mirror/store.ts'

describe('busily', () => {
  it('returns how many times it was', async () => {
    const stop = busily({ defer: () => undefined }, () => setImmediate())
    await setImmediate()
    expect(await stop()).toBeGreaterThan(0)
  })

  it('fails with what the last time failed with', async () => {
    const stop = busily({ defer: () => undefined }, () => Promise.reject(new Error('refused')))
    await expect(stop()).rejects.toThrow('refused')
  })

  it('at the end of a check, leaves nothing behind that fails and that nobody waits for', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.prependListener('unhandledRejection', note)
    const undo: (() => unknown)[] = []
    const cut = new AbortController()
    busily({ defer: (step) => void undo.push(step) }, () => {
      return new Promise((_, reject) => cut.signal.addEventListener('abort', () => reject(new Error('cancelled'))))
    })
    for (const step of undo) await step()
    cut.abort()
    await setImmediate()
    await setImmediate()
    process.off('unhandledRejection', note)
    expect(undo).toHaveLength(1)
    expect(unhandled).toEqual([])
  })
})
