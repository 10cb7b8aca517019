/** A disk without power, under real programs. */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { PoweredDisk } from '../../../checkers/kit/faults/power.ts'
import { EnvironmentFault } from '../../../checkers/kit/outcome.ts'
import { until } from '../../e2e/until.ts'
import { checkContext, type TestContext } from '../check-context.ts'
import { asRoot, TestGround } from '../host/ground.ts'

let ground: TestGround
let context: TestContext
beforeEach(async () => {
  ground = new TestGround()
  context = await checkContext(ground, ['power'])
})
afterEach(async () => {
  await context.tearDown()
  await ground.close()
})

const inHost = async (script: string): Promise<string[]> => {
  const ran = await context.host.start(['sh', '-c', script], { merged: true })
  await ran.exited
  return ran.output.texts()
}
const loops = (): string[] =>
  execFileSync('losetup', ['-n', '-O', 'NAME,BACK-FILE'], { encoding: 'utf8' }).match(/^.*\.disk.*$/gm) ?? []

asRoot('a disk that loses its power', () => {
  it('keeps what was made durable, and nothing that was only written', async () => {
    const disk = await PoweredDisk.mount(context, context.host, '/data')
    expect(await inHost('cd /data && echo kept >safe && sync safe . && echo gone >lost && cat safe lost')).toEqual([
      'kept',
      'gone',
    ])
    await disk.cut()
    expect((await inHost('cat /data/safe || echo more >/data/more')).join('\n')).toMatch(
      /Input\/output error.*\n.*Input\/output error/s,
    )
    await disk.restore()
    expect(await inHost('cat /data/safe; ls /data')).toEqual(['kept', 'lost+found', 'safe'])
    expect(await inHost('echo again >/data/more && cat /data/more')).toEqual(['again'])
    expect(
      context.timeline
        .entries()
        .filter(({ kind }) => kind === 'fault')
        .map(({ text }) => text),
    ).toEqual(['cuts the power of the disk at /data of host1', 'gives the disk at /data of host1 its power back'])
  })

  it('waits for those who have files of it open, and says who keeps it from coming back', async () => {
    const disk = await PoweredDisk.mount(context, context.host, '/data')
    const user = await context.host.start(['sh', '-c', 'exec 5>/data/open; echo ready; read line'])
    await until('the file is open', () => user.output.texts().includes('ready'))
    await disk.cut()
    const restored = disk.restore()
    user.kill('SIGKILL')
    await restored
    expect(readdirSync(context.host.path('/data'))).toEqual(['lost+found'])
  })

  it('leaves no loop device', async () => {
    await PoweredDisk.mount(context, context.host, '/data')
    expect(loops()).toHaveLength(1)
    await context.tearDown()
    await ground.close()
    await until('it is freed', () => loops().length === 0)
  })

  it('is refused where the target has none', async () => {
    const without = { ...context, offers: [] }
    await expect(PoweredDisk.mount(without, context.host, '/data')).rejects.toThrow(EnvironmentFault)
  })
})
