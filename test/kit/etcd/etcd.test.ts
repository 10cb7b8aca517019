/** A real etcd in a real host: what a check can do to it, and what others do to it is no verdict. */
import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Etcd, withEtcd, type EtcdContext } from '../../../checkers/kit/etcd/index.ts'
import { Disk } from '../../../checkers/kit/faults/disk.ts'
import { statOf } from '../../../checkers/kit/procfs.ts'
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

const fault = (what: unknown, detail: object): object =>
  expect.objectContaining({
    name: 'EnvironmentFault',
    message: what,
    fault: expect.objectContaining(detail) as object,
  }) as object
const has = (text: string): unknown => expect.stringContaining(text)

where('an etcd in a host', () => {
  it('says what its clients asked, and speaks JSON to those without gRPC', async () => {
    const etcd = await Etcd.start(context)
    const [member] = etcd.members
    const puts = async (): Promise<number> => (await member.asked()).started.get('Put') ?? 0
    expect(await puts()).toBe(0)
    await etcd.client('writer').put({ key: bytes('a'), value: bytes('1') })
    expect(await puts()).toBe(1)
    const text = await new Promise<string>((resolve, reject) => {
      const call = request({ socketPath: member.socket, path: '/v3/kv/put', method: 'POST' }, (response) => {
        response.on('data', (chunk: Buffer) => resolve(chunk.toString()))
      })
      call.on('error', reject)
      call.end(JSON.stringify({ key: bytes('a').toString('base64') }))
    })
    expect(JSON.parse(text)).toMatchObject({ header: { revision: '3' } })
    expect(await puts()).toBe(2)
  })

  it('answers the engine and programs of its host, and nobody else', async () => {
    const etcd = await Etcd.start(context)
    await etcd.client('writer').put({ key: bytes('a'), value: bytes('1') })
    const get = await context.host.start(['etcdctl', '--endpoints', etcd.endpoints, 'get', 'a'], { name: 'etcdctl' })
    expect([await get.exited, get.output.texts()]).toEqual([{ code: 0 }, ['a', '1']])
    const other = await context.anotherHost()
    const refused = await other.start([
      'etcdctl',
      '--endpoints',
      etcd.endpoints,
      '--dial-timeout=300ms',
      '--command-timeout=1s',
      'get',
      'a',
    ])
    expect(await refused.exited).not.toEqual({ code: 0 })
    const kinds = etcd.recorded.map(({ client, method, kind }) => `${client} ${method} ${kind}`)
    expect(kinds).toEqual(['writer KV/Put sent', 'writer KV/Put received'])
    const at = etcd.recorded.map((one) => one.at)
    expect(at.every((one) => one > 0 && one < context.timeline.now())).toBe(true)
  })

  it('keeps what it had acknowledged when it is killed, and starts again on it', async () => {
    const etcd = await Etcd.start(context)
    const [member] = etcd.members
    const { header } = await etcd.client().put({ key: bytes('a'), value: bytes('1') })
    const before = member.running?.pid
    await member.restart()
    expect(member.running?.pid).not.toBe(before)
    const { kvs } = await etcd.client().range({ key: bytes('a') })
    expect(kvs.map(({ modRevision }) => modRevision)).toEqual([header?.revision])
    await member.restart('stop')
    expect((await etcd.client().range({ key: bytes('a') })).count).toBe('1')
  })

  it('answers nobody while it is paused, and goes on', async () => {
    const etcd = await Etcd.start(context)
    const [member] = etcd.members
    const put = etcd.client().put({ key: bytes('a'), value: bytes('0') })
    await put
    await member.pause()
    expect(await etcd.unwell()).toBeUndefined()
    let answered = false
    const waiting = etcd.client().put({ key: bytes('a'), value: bytes('1') })
    void waiting.then(() => (answered = true))
    await until('the request was sent', () => etcd.recorded.at(-1)?.kind === 'sent')
    expect([answered, statOf(member.running?.pid ?? 0)?.state]).toEqual([false, 'T'])
    await member.resume()
    expect((await waiting).header?.revision).toBe('3')
  })

  it('compacts and defragments', async () => {
    const etcd = await Etcd.start(context)
    const client = etcd.client()
    for (const value of ['1', '2', '3']) await client.put({ key: bytes('a'), value: bytes(value) })
    expect(await etcd.compact('3')).toBe('3')
    await expect(client.range({ key: bytes('a'), revision: '2' })).rejects.toMatchObject({ status: 'OUT_OF_RANGE' })
    expect((await client.range({ key: bytes('a'), revision: '3' })).kvs[0]?.value.toString()).toBe('2')
    await etcd.members[0].defragment()
    expect(await etcd.compact()).toBe('4')
  })

  it('leaves no process and no complaint when the check is over', async () => {
    const etcd = await Etcd.start(context)
    const pid = etcd.members[0].running?.pid ?? 0
    await context.tearDown()
    await context.host.down()
    expect([statOf(pid), context.host.left()]).toEqual([undefined, []])
  })
})

where('an etcd that a check has not hurt', () => {
  const run = (act: (context: EtcdContext) => Promise<void>, options = {}): Promise<void> =>
    withEtcd(act, options)(context)
  const forever = new Promise<void>(() => {})

  it('ends the check with the reason when somebody kills it', async () => {
    const killed = run(({ etcd }) => {
      process.kill(etcd.members[0].running?.pid ?? 0, 'SIGKILL')
      return forever
    })
    await expect(killed).rejects.toEqual(
      fault(has('has not touched, ended'), { cause: 'environment', why: has('SIGKILL'), remedy: has('lab check') }),
    )
  })

  it('is the reason, too, when the check had found something wrong at that moment', async () => {
    const killed = run(async ({ etcd, expect: must }) => {
      process.kill(etcd.members[0].running?.pid ?? 0, 'SIGKILL')
      must(false, 'the mirror holds key a', 'nothing')
    })
    await expect(killed).rejects.toMatchObject({ name: 'EnvironmentFault' })
  })

  it('is the reason when somebody has stopped it', async () => {
    const stopped = run(async ({ etcd, expect: must }) => {
      const pid = etcd.members[0].running?.pid ?? 0
      process.kill(pid, 'SIGSTOP')
      await until('it is stopped', () => statOf(pid)?.state === 'T')
      must(false, 'the mirror holds key a', 'nothing')
    })
    await expect(stopped).rejects.toEqual(
      fault(has('does not answer'), { cause: 'environment', why: has('is stopped') }),
    )
  })

  it.each([
    ['was well', () => Promise.resolve()],
    ['was down because the check had ended it', (etcd: Etcd) => etcd.members[0].kill()],
    ['was paused by the check', (etcd: Etcd) => etcd.members[0].pause()],
  ])('is not the reason for what the component did while it %s', async (_, hurt) => {
    const failing = run(async ({ etcd, expect: must }) => {
      await hurt(etcd)
      must(false, 'the mirror holds key a', 'nothing')
    })
    await expect(failing).rejects.toMatchObject({ name: 'ExpectationFailed', observed: 'nothing' })
  })

  it('says that the disk is full, unless the check has filled it', async () => {
    const disk = await Disk.mount(context, context.host, '/disk', 160 * 2 ** 20)
    const full = run(
      async ({ etcd }) => {
        disk.fill()
        for (;;) await etcd.client().put({ key: bytes('a'), value: Buffer.alloc(2 ** 20, 1) })
      },
      { dataDir: '/disk' },
    )
    await expect(full).rejects.toEqual(
      fault(has('etcd'), { cause: 'environment', why: has('no space'), remedy: has('free') }),
    )
  })

  it.each([
    ['', {}],
    [', with an environment of its own', { environment: { GOGC: '20' } }],
  ])('can’t be started where it is missing%s: with the command that installs it', async (_, options) => {
    const started = run(() => Promise.resolve(), { program: ['etcd-that-is-not-there'], ...options })
    await expect(started).rejects.toEqual(
      fault(has('etcd-that-is-not-there is not on this machine'), { remedy: has('etcd') }),
    )
  })

  it('has what it is given in its environment', async () => {
    const etcd = await Etcd.start(context, { environment: { GOGC: '20', GOMAXPROCS: '1' } })
    const { pid = 0 } = etcd.members[0].running ?? {}
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
    expect(environment).toEqual(expect.arrayContaining(['GOGC=20', 'GOMAXPROCS=1']))
  })

  it('can’t be started with a word that it does not know, and says which', async () => {
    const started = run(() => Promise.resolve(), { config: { 'initial-cluster-state': 'wrong' } })
    await expect(started).rejects.toEqual(fault(has('ended while it started'), { why: has('wrong') }))
  })

  it('has three members, of which one may be killed', async () => {
    const places = [1, 2, 3].map(() => ({ host: context.host, address: '127.0.0.1' }))
    // Each takes 128 MiB for its log: what it writes, and the file that comes next.
    await Disk.mount(context, context.host, '/disk', 512 * 2 ** 20)
    await run(
      async ({ etcd }) => {
        const [first, second] = etcd.members
        await etcd.client().put({ key: bytes('a'), value: bytes('1') })
        await first.kill()
        expect((await second?.ready())?.leader).not.toBe('0')
        await until('the others have a leader', () => first.ended)
        expect((await etcd.client().memberList()).members).toHaveLength(3)
        await first.start()
        expect((await first.client('again').range({ key: bytes('a') })).count).toBe('1')
      },
      { places, dataDir: '/disk' },
    )
    expect(readdirSync(context.host.path('/run/etcd')).filter((name) => name.endsWith('.yaml'))).toHaveLength(3)
  })
})
