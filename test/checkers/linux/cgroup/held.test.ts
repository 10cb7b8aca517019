/** linux/cgroup: who forks is held, the child is first; and where strace does not do that, no verdict is given. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { heldInFork, requireHeld } from '../../../../checkers/linux/cgroup/held.ts'
import type { Host } from '../../../../checkers/kit/host/host.ts'
import type { Running } from '../../../../checkers/kit/host/running.ts'
import { asRoot, TestGround } from '../../../kit/host/ground.ts'

let test: TestGround
let host: Host
beforeAll(async () => {
  test = new TestGround()
  if (process.getuid?.() === 0) host = await test.up()
})
afterAll(() => test.close())

/** Runs a shell script after other words, until it has ended. */
async function ran(words: string[], script: string): Promise<Running> {
  const made = await host.start([...words, 'sh', '-c', script])
  await made.exited
  return made
}

asRoot('held in fork', () => {
  it('the child is first, although its parent would be', async () => {
    const child = '(i=0; while [ $i -lt 1000 ]; do i=$((i+1)); done; echo child) &'
    const made = await ran(heldInFork(2000, '/run/held'), `${child} echo parent; wait`)
    expect(made.exit).toEqual({ code: 0 })
    expect(made.output.texts()).toEqual(['child', 'parent'])
    await expect(requireHeld({ host }, made, '/run/held')).resolves.toBeUndefined()
  })

  it('a program that does not fork is followed all the same', async () => {
    const made = await ran(heldInFork(10, '/run/alone'), 'exit 3')
    expect(made.exit).toEqual({ code: 3 })
    await expect(requireHeld({ host }, made, '/run/alone')).resolves.toBeUndefined()
  })

  it('where strace does not follow, that is no verdict', async () => {
    const made = await ran([], 'echo not permitted >&2; exit 1')
    await expect(requireHeld({ host }, made, '/run/none')).rejects.toMatchObject({
      fault: {
        what: 'strace could not follow cg',
        why: 'sh exited 1, and said: not permitted',
        remedy: expect.stringContaining('strace') as string,
      },
    })
  })

  it('where strace does not hold, neither', async () => {
    const made = await ran(['strace', '-f', '-qq', '-o', '/run/free'], '(:) & wait')
    await expect(requireHeld({ host }, made, '/run/free')).rejects.toMatchObject({
      message: 'strace held nobody who forked',
    })
  })
})
