import { describe, expect, it } from 'vitest'
import { Output } from '../../checkers/kit/output.ts'

const output = (): Output => new Output(() => 5)

describe('Output', () => {
  it('makes lines of bits, and keeps the streams apart', () => {
    const o = output()
    o.add('out', Buffer.from('one\ntw'))
    o.add('err', Buffer.from('oops\n'))
    o.add('out', Buffer.from('o\r\nthree'))
    expect(o.texts('out')).toEqual(['one', 'two'])
    o.end('out')
    expect(o.texts('out')).toEqual(['one', 'two', 'three'])
    expect(o.texts('err')).toEqual(['oops'])
    expect(o.lines()[0]).toEqual({ at: 5, stream: 'out', text: 'one' })
    expect(o.count).toBe(4)
  })

  it('keeps the first and the last lines of a flood and counts all', () => {
    const o = output()
    for (let n = 0; n < 100_000; n += 1) o.add('out', Buffer.from(`${n}\n`))
    expect(o.count).toBe(100_000)
    expect(o.lines()).toHaveLength(400)
    expect(o.texts()[0]).toBe('0')
    expect(o.texts().at(-1)).toBe('99999')
  })

  it('cuts a line without end', () => {
    const o = output()
    for (let n = 0; n < 100; n += 1) o.add('out', Buffer.alloc(1000, 'x'))
    o.end('out')
    const [line] = o.texts()
    expect(line).toHaveLength(4096 + ' … (95904 more characters)'.length)
    expect(line).toContain('(95904 more characters)')
  })

  it('keeps a character whole that comes in two chunks', () => {
    const o = output()
    const bytes = Buffer.from('a€b\n')
    for (const byte of bytes) o.add('out', Buffer.from([byte]))
    expect(o.texts('out')).toEqual(['a€b'])
  })

  it('takes back the last line, if it is that one', () => {
    const o = output()
    o.add('err', Buffer.from('mine\nnot mine\n'))
    expect(o.takeBack('out', 'not mine')).toBe(false)
    expect(o.takeBack('err', 'mine')).toBe(false)
    expect(o.takeBack('err', 'not mine')).toBe(true)
    expect([o.texts('err'), o.count]).toEqual([['mine'], 1])
    expect(o.takeBack('out', 'mine')).toBe(false)
    expect(o.takeBack('err', 'mine')).toBe(true)
    expect(o.takeBack('err', 'mine')).toBe(false)
    expect([o.lines(), o.count]).toEqual([[], 0])
  })

  it('takes back the last line of a flood, which is not among the first ones', () => {
    const o = output()
    for (let n = 0; n < 300; n += 1) o.add('err', Buffer.from(`${n}\n`))
    expect([o.takeBack('err', '199'), o.takeBack('err', '299'), o.count]).toEqual([false, true, 299])
    expect(o.texts('err').at(-1)).toBe('298')
  })

  it('makes no line of an end without text, and keeps carriage returns that end no line', () => {
    const o = output()
    o.add('out', Buffer.from('10%\r20%\r\n'))
    o.end('out')
    expect([o.texts(), o.count]).toEqual([['10%\r20%'], 1])
    expect([...output().lines()]).toEqual([])
  })
})
