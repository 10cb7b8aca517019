/** Faults of a network, between real programs in real hosts. */
import { once } from 'node:events'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { joinHosts, partition, Proxy } from '../../../checkers/kit/faults/index.ts'
import { Outpost } from '../../../checkers/kit/net/outpost.ts'
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

asRoot('a partition', () => {
  it('lets nothing pass in both directions until it is healed, and the rest of the network is as before', async () => {
    const hosts = [context.host, await context.anotherHost(), await context.anotherHost()]
    const [one, two, three] = await joinHosts(context, hosts)
    if (one === undefined || two === undefined || three === undefined) throw new Error('three were joined')
    const posts = await Promise.all([one, two, three].map(({ host }) => Outpost.open(context, host)))
    const dial = (from: number, to: { address: string }) => posts[from]?.dial({ host: to.address, port: 9 })
    expect([await dial(1, three), await dial(2, two), await dial(1, one)]).toEqual(Array(3).fill('ECONNREFUSED'))
    const heal = await partition(context, two, three)
    const seen: string[] = []
    void dial(1, three)?.then(() => seen.push('two → three'))
    void dial(2, two)?.then(() => seen.push('three → two'))
    expect([await dial(1, one), await dial(2, one)]).toEqual(['ECONNREFUSED', 'ECONNREFUSED'])
    expect(seen).toEqual([])
    await heal()
    expect([await dial(1, three), await dial(2, two)]).toEqual(['ECONNREFUSED', 'ECONNREFUSED'])
    // What was asked during the partition was asked again by the kernel, and reached.
    await until('both were reached', () => seen.length === 2)
  })

  it('is undone by the check’s end', async () => {
    const other = await context.anotherHost()
    const [one, two] = await joinHosts(context, [context.host, other])
    if (one === undefined || two === undefined) throw new Error('two were joined')
    await partition(context, one, two, { both: false })
    const rules = async (): Promise<string[]> => {
      const listed = await other.start(['nft', 'list', 'ruleset'])
      expect(await listed.exited).toEqual({ code: 0 })
      return listed.output.texts()
    }
    expect((await rules()).join('\n')).toMatch(/saddr 198\.18\.0\.1 counter packets [1-9]/)
    await context.tearDown()
    expect(await rules()).toEqual([])
  })
})

asRoot('a proxy', () => {
  let server: Server
  let proxy: Proxy
  let post: Outpost
  let served: Socket[]
  let got: Record<string, string>
  const dial = async (): Promise<Socket> => {
    const socket = await post.dial({ host: '127.0.0.1', port: proxy.port })
    if (typeof socket === 'string') throw new Error(socket)
    socket.on('error', () => undefined)
    return socket
  }
  /** What comes on a socket from now on. */
  const collect = (socket: Socket): (() => string) => {
    let text = ''
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
    return () => text
  }
  beforeEach(async () => {
    served = []
    got = {}
    server = createServer({ allowHalfOpen: true }, (socket) => {
      served.push(socket)
      socket.on('error', () => undefined)
      const count = served.length
      got[count] = ''
      socket.on('data', (chunk: Buffer) => (got[count] += chunk.toString()))
      socket.on('end', () => socket.end())
    })
    const path = join(ground.folder, 'server.sock')
    server.listen(path)
    await once(server, 'listening')
    proxy = await Proxy.open(context, { host: context.host, to: path, name: 'the proxy' })
    post = await Outpost.open(context, context.host)
  })
  afterEach(() => {
    for (const socket of served) socket.destroy()
    server.close()
  })

  it('resets a connection that it is about to lead on, too', async () => {
    let go = (_: string): void => undefined
    const slow = await Proxy.open(context, {
      host: context.host,
      to: async () => {
        await new Promise<string>((resolve) => (go = resolve))
        return createConnection(join(ground.folder, 'server.sock'))
      },
      name: 'the slow proxy',
    })
    const client = await post.dial({ host: '127.0.0.1', port: slow.port })
    if (typeof client === 'string') throw new Error(client)
    client.on('error', () => undefined)
    const gone = new Promise((resolve) => client.once('close', resolve))
    await until('it is being led on', () => slow.connections.accepted === 1)
    await slow.refuse()
    go('on')
    await gone
    expect(slow.connections.open).toBe(0)
  })

  it('passes bytes and ends on, each direction by itself', async () => {
    const client = await dial()
    const down = collect(client)
    client.end('hello')
    await until('the server has it', () => got[1] === 'hello')
    await until('and the client the end', () => client.readableEnded)
    expect(down()).toBe('')
    expect(proxy.bytes('up')).toEqual({ passed: 5, lost: 0 })
    await until('no connection is left', () => proxy.connections.open === 0)
  })

  it('passes on what is larger than all its buffers', async () => {
    const client = await dial()
    const size = 8 * 2 ** 20
    client.write(Buffer.alloc(size, 'x'))
    await until('all of it came', () => got[1]?.length === size)
  })

  it('delays what is larger than all its buffers, and leaves none of it behind', async () => {
    const large = 'x'.repeat(3_000_000)
    const client = await dial()
    await until('it is connected', () => served.length === 1)
    const reply = collect(client)
    proxy.set('down', { delay: 5 })
    served[0]?.write(large)
    await until('all of it came', () => reply().length === large.length)
  })

  it('delays, and keeps the order', async () => {
    const client = await dial()
    proxy.set('up', { delay: 150 })
    const begin = performance.now()
    for (const word of ['a', 'b', 'c']) client.write(word)
    await until('it came', () => got[1] === 'abc')
    expect(performance.now() - begin).toBeGreaterThan(145)
  })

  it('loses one direction and not the other', async () => {
    const client = await dial()
    const down = collect(client)
    await until('it is served', () => served.length === 1)
    proxy.set('down', { mode: 'lose' })
    served[0]?.write('lost')
    await until('it is lost', () => proxy.bytes('down').lost === 4)
    client.write('up')
    await until('it passes', () => got[1] === 'up')
    proxy.pass()
    served[0]?.write('found')
    await until('the rest came', () => down() === 'found')
  })

  it('holds, so that the sender can’t send more, and passes on all of it later', async () => {
    const client = await dial()
    proxy.set('up', { mode: 'hold' })
    const size = 16 * 2 ** 20
    client.write(Buffer.alloc(size, 'x'))
    await until('the sender waits', () => client.writableLength > 0)
    expect(got[1] ?? '').toBe('')
    proxy.pass()
    await until('all of it came', () => got[1]?.length === size)
  })

  it('reads slowly', async () => {
    const client = await dial()
    const begin = performance.now()
    proxy.set('up', { rate: 10_000 })
    client.write(Buffer.alloc(3000, 'x'))
    await until('all of it came', () => got[1]?.length === 3000)
    expect(performance.now() - begin).toBeGreaterThan(250)
  })

  it('cuts a connection after so many bytes, and not one more', async () => {
    const client = await dial()
    const closed = new Promise((resolve) => client.once('close', resolve))
    const cut = proxy.cutAfter('up', 7)
    client.write('0123')
    await until('the first came', () => got[1] === '0123')
    client.write('456789')
    await cut
    await closed
    expect(got[1]).toBe('0123456')
  })

  it('says that there was nothing to cut', async () => {
    await expect(proxy.cutAfter('up', 7, 20)).rejects.toMatchObject({ name: 'EnvironmentFault' })
  })

  it('resets what is there, and takes new connections', async () => {
    const client = await dial()
    client.removeAllListeners('error')
    const error = once(client, 'error')
    await until('it is served', () => served.length === 1)
    expect(await proxy.reset()).toBe(1)
    expect(await error).toMatchObject([{ code: 'ECONNRESET' }])
    ;(await dial()).write('again')
    await until('it came', () => got[2] === 'again')
  })

  it('leaves both ends open and deaf', async () => {
    const client = await dial()
    const down = collect(client)
    await until('it is served', () => served.length === 1)
    proxy.halfOpen()
    client.write('x')
    served[0]?.write('y')
    await until('both are lost', () => proxy.bytes('up').lost + proxy.bytes('down').lost === 2)
    // The server goes away, and the client is not told.
    served[0]?.destroy()
    const other = await dial()
    other.write('z')
    await until('the next one is as deaf', () => proxy.bytes('up').lost === 2)
    expect([down(), client.destroyed, client.readableEnded]).toEqual(['', false, false])
    proxy.pass()
    await until('the client is told', () => client.destroyed)
  })

  it('refuses until it passes again', async () => {
    await proxy.refuse()
    // The reset comes at once: maybe before the socket has been handed over.
    const refused = await post.dial({ host: '127.0.0.1', port: proxy.port })
    if (typeof refused === 'string') expect(refused).toBe('ECONNRESET')
    else await new Promise((resolve) => refused.on('error', () => undefined).once('close', resolve))
    expect(served).toHaveLength(0)
    proxy.pass()
    ;(await dial()).write('x')
    await until('it came', () => got[1] === 'x')
  })
})
