import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { Outbox } from '../../src/targets/outbox.ts'

describe('Outbox', () => {
  const read = (line: PassThrough): string => (line.read() as Buffer | null)?.toString() ?? ''
  it('keeps no more under way than its window, in order', () => {
    const line = new PassThrough()
    const outbox = new Outbox(line, 4)
    outbox.send('abcdef')
    outbox.send('gh')
    expect(read(line)).toBe('abcd')
    outbox.received(1)
    expect(read(line)).toBe('e')
    outbox.received(4)
    expect(read(line)).toBe('fgh')
  })
  it('holds nothing back without one', () => {
    const line = new PassThrough()
    new Outbox(line).send('x'.repeat(100_000))
    expect(read(line)).toHaveLength(100_000)
  })
})
