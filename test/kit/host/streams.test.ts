/** Standard streams of a program in a host: what it writes is all there when it is said to have exited. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Host } from '../../../checkers/kit/host/host.ts'
import { until } from '../../e2e/until.ts'
import { asRoot, TestGround } from './ground.ts'

let test: TestGround
let host: Host
beforeAll(async () => {
  test = new TestGround()
  if (process.getuid?.() === 0) host = await test.up()
})
afterAll(() => test.close())

const shell = (text: string) => host.start(['sh', '-c', text])

asRoot('streams', () => {
  it('are read to their end before the exit is told, each on its own', async () => {
    const running = await shell('seq 1 20000; echo oops >&2; printf "no newline"')
    await running.exited
    expect(running.output.count).toBe(20_002)
    expect(running.output.texts().at(-1)).toBe('no newline')
    expect(running.output.texts('err')).toEqual(['oops'])
  })

  it('can be opened by their names, as pipes can', async () => {
    const running = await shell('echo a > /dev/stdout; echo b > /dev/stderr; read line < /dev/stdin; echo $line')
    running.write('c\n')
    expect(await running.exited).toEqual({ code: 0 })
    expect([running.output.texts(), running.output.texts('err')]).toEqual([['a', 'c'], ['b']])
  })

  it('give end-of-file after what was written, and not before', async () => {
    const running = await shell('read line; echo "got $line"; cat | wc -c; echo end')
    running.write('x\n')
    await until('the line was read', () => running.output.texts().includes('got x'))
    running.write(Buffer.alloc(300_000, 'y'))
    running.endInput()
    running.endInput()
    expect(await running.exited).toEqual({ code: 0 })
    expect(running.output.texts().map((line) => line.trim())).toEqual(['got x', '300000', 'end'])
  })

  it('do not end the program that does not read, and may be closed by it', async () => {
    const closes = await shell('exec <&-; echo closed; read line <&2; exit 4')
    await until('it has closed its input', () => closes.output.texts().includes('closed'))
    closes.write('nobody reads this\n')
    expect((await closes.exited).code).toBe(4)
  })

  it('that a background process holds open delay the end of the output, not the word that it has gone', async () => {
    const running = await shell('sleep 1000 & echo early')
    await running.gone
    expect(running.exit).toBeUndefined()
    await host.down()
    expect(await running.exited).toEqual({ code: 0 })
    expect(running.output.texts()).toEqual(['early'])
  })
})
