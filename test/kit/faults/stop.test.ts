import { afterEach, beforeEach, expect, it } from 'vitest'
import { Disk, killAtRandom, killNow, pause, resume } from '../../../checkers/kit/faults/index.ts'
import { statOf, threadStates } from '../../../checkers/kit/procfs.ts'
import { until } from '../../e2e/until.ts'
import { checkContext, type TestContext } from '../check-context.ts'
import { asRoot, TestGround } from '../host/ground.ts'

let ground: TestGround
let context: TestContext
beforeEach(async () => {
  ground = new TestGround()
  context = await checkContext(ground)
})
afterEach(async () => {
  await context.tearDown()
  await ground.close()
})

const COUNTS = ['sh', '-c', 'while read -r line; do echo "$line"; done']

asRoot('a program of a host', () => {
  it('does nothing while it is paused, and goes on', async () => {
    const running = await context.host.start(COUNTS, { name: 'the program' })
    running.write('one\n')
    await until('it reads', () => running.output.count === 1)
    await pause(context, running)
    expect(threadStates(running.pid ?? 0)).toEqual(['T'])
    running.write('two\n')
    await resume(context, running)
    await until('it reads on', () => running.output.count === 2)
    expect(running.exit).toBeUndefined()
  })

  it('can be killed while it is paused', async () => {
    const running = await context.host.start(COUNTS)
    await pause(context, running)
    await killNow(context, running)
    expect(running.exit).toEqual({ signal: 'SIGKILL' })
  })

  it('goes on by the check’s end, so that its host can end', async () => {
    const running = await context.host.start(COUNTS)
    await pause(context, running)
    await context.tearDown()
    await until('it goes on', () => statOf(running.pid ?? 0)?.state === 'S')
  })

  it('is no program to hurt when it has ended: that is the component’s', async () => {
    const running = await context.host.start(['true'], { name: 'the program' })
    await running.exited
    for (const hurt of [pause, resume, killNow]) {
      await expect(hurt(context, running)).rejects.toMatchObject({
        name: 'ExpectationFailed',
        expected: 'the program runs',
      })
    }
  })

  it('is killed at a moment of the seed', async () => {
    const running = await context.host.start(['sleep', '1000'])
    const after = await killAtRandom(context, running, 100)
    expect(running.exit).toEqual({ signal: 'SIGKILL' })
    expect([after >= 0, after < 300]).toEqual([true, true])
    const ended = await context.host.start(['true'])
    await expect(killAtRandom(context, ended, 60_000)).rejects.toMatchObject({ name: 'ExpectationFailed' })
    const waiting = killAtRandom(context, await context.host.start(['sleep', '1000']), 600_000)
    context.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'Interrupted' })
  })
})

asRoot('a disk', () => {
  it('is full for programs of the host until it is emptied', async () => {
    const disk = await Disk.mount(context, context.host, '/data', 2 ** 20)
    const write = async (file: string): Promise<string> => {
      const running = await context.host.start(['sh', '-c', `env printf x >/data/${file} && cat /data/${file}`])
      await running.exited
      return [...running.output.texts('out'), ...running.output.texts('err')].join('\n')
    }
    expect(await write('one')).toBe('x')
    expect(disk.free).toBeGreaterThan(900_000)
    disk.fill()
    expect(disk.free).toBe(0)
    expect(await write('two')).toMatch(/No space left/)
    disk.empty()
    expect(await write('three')).toBe('x')
  })
})
