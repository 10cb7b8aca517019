/** The thin client against a real etcd, with etcdctl as the other one. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { onPath } from '../../../src/on-path.ts'
import { EtcdClient } from '../../../src/wire/etcd/client.ts'
import type { LeaseKeepAliveResponse, WatchResponse } from '../../../src/wire/etcd/messages.ts'
import type { Recorded } from '../../../src/wire/etcd/record.ts'
import { until } from '../../e2e/until.ts'
import { EtcdServer } from './server.ts'

const bytes = (text: string): Buffer => Buffer.from(text)
const where = onPath('etcd') !== undefined && onPath('etcdctl') !== undefined ? describe : describe.skip

where('EtcdClient', () => {
  let server: EtcdServer
  let recorded: Recorded[] = []
  const clients: EtcdClient[] = []
  const connect = (deadline = 20_000): EtcdClient => {
    const client = new EtcdClient(server.address, { deadline, record: (one) => recorded.push(one) })
    clients.push(client)
    return client
  }
  const etcdctl = (...args: string[]): string =>
    execFileSync('etcdctl', ['--endpoints', server.endpoint, ...args], {
      cwd: server.folder,
      env: { ...process.env, ETCDCTL_API: '3' },
      encoding: 'utf8',
    }).trim()
  beforeAll(async () => (server = await EtcdServer.start()))
  afterAll(() => server.close())
  afterEach(() => {
    for (const client of clients.splice(0)) client.close()
    recorded = []
  })

  it('puts, gets and deletes what etcdctl sees', async () => {
    const client = connect()
    const put = await client.put({ key: bytes('a/1'), value: bytes('x') })
    expect(etcdctl('get', 'a/1')).toBe('a/1\nx')
    etcdctl('put', 'a/2', 'y')
    const { kvs, count, more, header } = await client.range({ key: bytes('a/'), rangeEnd: bytes('a0') })
    expect(kvs.map((kv) => [kv.key.toString(), kv.value.toString()])).toEqual([
      ['a/1', 'x'],
      ['a/2', 'y'],
    ])
    expect([count, more]).toEqual(['2', false])
    expect(Number(header?.revision)).toBe(Number(put.header?.revision) + 1)
    const gone = await client.deleteRange({ key: bytes('a/'), rangeEnd: bytes('a0'), prevKv: true })
    expect([gone.deleted, gone.prevKvs.length]).toEqual(['2', 2])
    expect(etcdctl('get', '--prefix', 'a/')).toBe('')
  })

  it('carries out one branch of a transaction, at one revision', async () => {
    const client = connect()
    const guarded = () =>
      client.txn({
        compare: [{ key: bytes('t/once'), target: 'Create', result: 'Equal', createRevision: '0' }],
        success: [
          { requestPut: { key: bytes('t/once'), value: bytes('1') } },
          { requestPut: { key: bytes('t/also'), value: bytes('1') } },
        ],
        failure: [{ requestRange: { key: bytes('t/once') } }],
      })
    const first = await guarded()
    expect(first).toMatchObject({ succeeded: true })
    expect(first.responses.map(({ response }) => response)).toEqual(['responsePut', 'responsePut'])
    const second = await guarded()
    expect(second).toMatchObject({ succeeded: false })
    expect(second.responses[0]?.responseRange?.kvs[0]?.modRevision).toBe(first.header?.revision)
  })

  it('sees events of a watch, and that a compacted revision is refused', async () => {
    const client = connect()
    const start = (await client.put({ key: bytes('w/1'), value: bytes('1') })).header?.revision ?? '0'
    const got: WatchResponse[] = []
    const watch = client.watch((response) => got.push(response))
    watch.send({ createRequest: { key: bytes('w/'), rangeEnd: bytes('w0'), startRevision: start, prevKv: true } })
    etcdctl('del', 'w/1')
    await until('both events came', () => got.flatMap(({ events }) => events).length === 2)
    expect(got[0]).toMatchObject({ created: true, watchId: '0', events: [] })
    expect(got.flatMap(({ events }) => events)).toMatchObject([
      { type: 'Put', kv: { modRevision: start, version: '1' }, prevKv: null },
      { type: 'Delete', kv: { version: '0', value: bytes('') }, prevKv: { value: bytes('1') } },
    ])
    watch.send({ progressRequest: {} })
    await until('the progress came', () => got.at(-1)?.events.length === 0 && got.length > 2)
    expect(got.at(-1)?.watchId).toBe('-1')

    const revision = etcdctl('put', 'w/2', '2') && (await client.range({ key: bytes('w/2') })).header?.revision
    await client.compact({ revision: revision ?? '0', physical: true })
    const late: WatchResponse[] = []
    const compacted = client.watch((response) => late.push(response))
    compacted.send({ createRequest: { key: bytes('w/1'), startRevision: start } })
    await until('the refusal came', () => late.some(({ canceled }) => canceled))
    expect(late.at(-1)).toMatchObject({ compactRevision: revision })
    await expect(client.range({ key: bytes('w/1'), revision: start })).rejects.toMatchObject({
      name: 'CallFailed',
      status: 'OUT_OF_RANGE',
      details: 'etcdserver: mvcc: required revision has been compacted',
    })
    watch.cancel()
    expect(await watch.over).toMatchObject({ status: 'CANCELLED' })
  })

  it('grants, keeps alive and revokes leases; ids keep their 64 bits', async () => {
    const client = connect()
    const ID = '9007199254740993'
    expect(await client.leaseGrant({ TTL: '60', ID })).toMatchObject({ ID, TTL: '60', error: '' })
    await client.put({ key: bytes('l/1'), value: bytes('x'), lease: ID })
    expect(etcdctl('lease', 'timetolive', '--keys', BigInt(ID).toString(16))).toMatch(/granted with TTL\(60s\).*l\/1/)
    const got: LeaseKeepAliveResponse[] = []
    const alive = client.leaseKeepAlive((response) => got.push(response))
    alive.send({ ID })
    await until('the answer came', () => got.length === 1)
    expect(got[0]).toMatchObject({ ID, TTL: '60' })
    expect((await client.leases()).leases).toEqual([{ ID }])
    await client.leaseRevoke({ ID })
    alive.send({ ID })
    await until('the second answer came', () => got.length === 2)
    expect(got[1]).toMatchObject({ ID, TTL: '0' })
    expect((await client.leaseTimeToLive({ ID })).TTL).toBe('-1')
    expect(etcdctl('get', 'l/1')).toBe('')
    alive.end()
    expect(await alive.over).toBeUndefined()
    expect(recorded.at(-1)).toMatchObject({ kind: 'ended', method: 'Lease/LeaseKeepAlive' })
  })

  it('asks for status, members, alarms and a hash, and defragments', async () => {
    const client = connect()
    const { version, leader, header } = await client.status()
    expect(etcdctl('version')).toContain(version)
    expect(leader).toBe(header?.memberId)
    expect((await client.memberList()).members).toMatchObject([{ ID: leader, name: 'default' }])
    await client.alarm({ action: 'Activate', memberID: leader, alarm: 'Nospace' })
    expect((await client.alarm({ action: 'Get' })).alarms).toEqual([{ memberID: leader, alarm: 'Nospace' }])
    await expect(client.put({ key: bytes('n'), value: bytes('') })).rejects.toMatchObject({
      status: 'RESOURCE_EXHAUSTED',
    })
    await client.alarm({ action: 'Deactivate', memberID: leader, alarm: 'Nospace' })
    expect((await client.hashKV()).hash).toBeGreaterThan(0)
    await client.defragment()
  })

  it('records each call with the times at which it was sent and answered', async () => {
    const before = performance.now()
    const client = connect()
    const { header } = await client.put({ key: bytes('r'), value: bytes('x') })
    const watch = client.watch(() => undefined)
    watch.send({ createRequest: { key: bytes('r'), startRevision: header?.revision ?? '' } })
    await until('an event came', () => recorded.length >= 5)
    expect(recorded.map(({ call, method, kind }) => [call, method, kind])).toEqual([
      [1, 'KV/Put', 'sent'],
      [1, 'KV/Put', 'received'],
      [2, 'Watch/Watch', 'sent'],
      [2, 'Watch/Watch', 'received'],
      [2, 'Watch/Watch', 'received'],
    ])
    const times = [before, ...recorded.map(({ at }) => at), performance.now()]
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  it('sends nothing and records nothing where a request is wrong', async () => {
    const client = connect()
    const wrong = { key: bytes('x'), valeu: bytes('y') }
    await expect(client.put(wrong as never)).rejects.toThrow('PutRequest has no field valeu')
    const watch = client.watch(() => undefined)
    expect(() => watch.send({ createRequest: { key: 'x' } } as never)).toThrow('createRequest.key is no bytes')
    expect(recorded).toEqual([])
  })

  it('sends a call once: one that is cut off fails, and nothing is sent again when etcd is back', async () => {
    const client = connect()
    await client.put({ key: bytes('once'), value: bytes('1') })
    const watch = client.watch(() => undefined)
    watch.send({ createRequest: { key: bytes('once') } })
    await until('the watch was created', () => recorded.at(-1)?.kind === 'received')
    await server.stop()
    expect(await watch.over).toMatchObject({ status: 'UNAVAILABLE' })
    await expect(client.put({ key: bytes('once'), value: bytes('2') })).rejects.toMatchObject({ status: 'UNAVAILABLE' })
    await server.restart()
    // A dial may still fail: the client does not try again, so we do.
    let answers = false
    const ask = async (): Promise<void> => {
      await client.status().then(
        () => (answers = true),
        () => new Promise((resolve) => setTimeout(resolve, 20)),
      )
      if (!answers) await ask()
    }
    void ask()
    await until('etcd answers again', () => answers)
    expect((await client.range({ key: bytes('once') })).kvs[0]).toMatchObject({ version: '1' })
  })

  it('reads no more of a stream while it is paused, and all of it afterwards', async () => {
    const client = connect()
    const got: WatchResponse[] = []
    const watch = client.watch((response) => got.push(response))
    watch.send({ createRequest: { key: bytes('p/'), rangeEnd: bytes('p0') } })
    await until('the watch was created', () => got.length === 1)
    watch.pause()
    const other = connect()
    for (let n = 0; n < 8; n += 1) await other.put({ key: bytes(`p/${n}`), value: Buffer.alloc(2 ** 20) })
    // What another stream of the same connection gets was sent after the events.
    const later: WatchResponse[] = []
    client.watch((response) => later.push(response)).send({ createRequest: { key: bytes('p/7'), startRevision: '1' } })
    await until('the other stream was served', () => later.length > 0)
    expect(got.length).toBeLessThan(5)
    watch.resume()
    await until('all events came', () => got.flatMap(({ events }) => events).length === 8)
    const revisions = got.flatMap(({ events }) => events.map(({ kv }) => Number(kv?.modRevision)))
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b))
  })

  it('gives up at its deadline where nobody answers, and at once where nobody listens', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'silent-'))
    const sockets: Socket[] = []
    const silent = createServer((socket) => sockets.push(socket)).listen(join(folder, 's'))
    await once(silent, 'listening')
    const client = new EtcdClient(`unix:${join(folder, 's')}`, { deadline: 100 })
    clients.push(client)
    await expect(client.status()).rejects.toMatchObject({ status: 'DEADLINE_EXCEEDED' })
    expect(sockets).toHaveLength(1)
    for (const socket of sockets) socket.destroy()
    silent.close()
    rmSync(folder, { recursive: true })
    const nobody = new EtcdClient(`unix:${join(folder, 's')}`, { deadline: 20_000 })
    clients.push(nobody)
    await expect(nobody.status()).rejects.toMatchObject({ status: 'UNAVAILABLE' })
  })

  it('ends what is under way when it closes', async () => {
    const client = connect()
    const watch = client.watch(() => undefined)
    const call = client.status()
    client.close()
    expect(await watch.over).toMatchObject({ status: 'CANCELLED' })
    await expect(call).rejects.toMatchObject({ status: 'CANCELLED' })
  })
})
