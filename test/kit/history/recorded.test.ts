/** Histories of a real etcd: what its clients record becomes views, and a view with a hole is told with the fault in it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Etcd } from '../../../checkers/kit/etcd/index.ts'
import { Proxy } from '../../../checkers/kit/faults/index.ts'
import { judgeWatches, truthOf, watchView, type WatchView } from '../../../checkers/kit/history/index.ts'
import { onPath } from '../../../src/on-path.ts'
import { until } from '../../e2e/until.ts'
import { checkContext, type TestContext } from '../check-context.ts'
import { asRoot, TestGround } from '../host/ground.ts'

const bytes = (text: string): Buffer => Buffer.from(text)
const where = onPath('etcd') === undefined ? describe.skip : asRoot

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

where('what clients of a real etcd recorded', () => {
  it('holds all guarantees through a restart, and fails with a timeline where an event is taken out', async () => {
    const etcd = await Etcd.start(context)
    const writer = etcd.client('writer')
    const range = { key: bytes('k/'), rangeEnd: bytes('k0') }
    const watch = (name: string, startRevision: string) =>
      etcd
        .client(name)
        .watch(() => undefined)
        .send({ createRequest: { ...range, startRevision } })
    const events = (name: string): number =>
      watchView(etcd.recorded, name).seen.filter((o) => o.kind === 'event').length
    watch('before', '2')
    await writer.put({ key: bytes('k/a'), value: bytes('1') })
    await writer.txn({
      success: ['k/a', 'k/b'].map((key) => ({ requestPut: { key: bytes(key), value: bytes('2') } })),
    })
    await until('it came', () => events('before') === 3)
    await etcd.members[0].restart()
    await until('the stream is over', () => !watchView(etcd.recorded, 'before').open)
    await etcd.client('other').deleteRange({ key: bytes('k/a') })
    watch('after', '2')
    await until('all of it came', () => events('after') === 4)
    const [before, after] = ['before', 'after'].map((name) => watchView(etcd.recorded, name))
    if (before === undefined || after === undefined) throw new Error('there are two')
    const truth = truthOf(after)
    expect(truth.map(({ type, key, revision }) => `${type} ${key} ${revision}`)).toEqual([
      'put k/a 2',
      'put k/a 3',
      'put k/b 3',
      'delete k/a 4',
    ])
    judgeWatches(context, [before, after], truth)
    // A client that went on after the restart, and missed the deletion.
    await writer.put({ key: bytes('k/c'), value: bytes('1') })
    await until('it came', () => events('after') === 5)
    const whole = watchView(etcd.recorded, 'after')
    const holed: WatchView = { ...whole, seen: [...before.seen, ...whole.seen.slice(-1)] }
    let told = ''
    try {
      judgeWatches(context, [holed], truthOf(whole))
    } catch (error) {
      told = error instanceof Error && 'observed' in error ? String(error.observed) : ''
    }
    const lines = told.split('\n').map((line) => line.replace(/^ *(?:[\d.]+ m?s)? */, ''))
    expect(lines).toEqual([
      'delete k/a at revision 4 never came',
      'after saw put k/b at revision 3',
      'fault: kills etcd (SIGKILL)',
      'after did not see delete k/a at revision 4',
      'after saw put k/c at revision 5',
    ])
  })

  it('is of programs of the host, too, which reach it through a proxy', async () => {
    const etcd = await Etcd.start(context)
    const [{ socket: to }] = etcd.members
    const proxy = await Proxy.open(context, { host: context.host, to, name: 'the proxy' })
    const etcdctl = (...words: string[]) =>
      context.host.start(['etcdctl', '--endpoints', `http://127.0.0.1:${proxy.port}`, ...words])
    const put = await etcdctl('put', 'k/a', '1')
    expect([await put.exited, put.output.texts()]).toEqual([{ code: 0 }, ['OK']])
    expect(proxy.bytes('up').passed).toBeGreaterThan(100)
    await proxy.refuse()
    const refused = await etcdctl('--dial-timeout=300ms', '--command-timeout=1s', 'get', 'k/a')
    expect(await refused.exited).not.toEqual({ code: 0 })
  })
})
