/** A host is a machine of its own, and nothing of it is left when it is down. */
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Host } from '../../../checkers/kit/host/host.ts'
import type { Running } from '../../../checkers/kit/host/running.ts'
import { processesOf, readProcLink, statOf } from '../../../checkers/kit/procfs.ts'
import { until } from '../../e2e/until.ts'
import { asRoot, program, TestGround } from './ground.ts'

let test: TestGround
beforeAll(() => (test = new TestGround()))
afterAll(() => test.close())

/** What a program printed, once it has ended. */
async function said(running: Running): Promise<string[]> {
  const exit = await running.exited
  expect(exit, running.output.texts('err').join('\n')).toEqual({ code: 0 })
  return running.output.texts()
}

asRoot('a program in a host', () => {
  let host: Host
  beforeAll(async () => (host = await test.up('host7')))

  it.each(['pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup'])(
    'has a %s namespace that is not the machine’s',
    async (name) => {
      const ask = `readlink /proc/self/ns/${name} /proc/1/ns/${name}`
      const [own, ofProcess1] = await said(await host.start(['sh', '-c', ask]))
      expect(own).toMatch(new RegExp(`^${name}:\\[\\d+\\]$`))
      expect(own).not.toBe(readlinkSync(`/proc/self/ns/${name}`))
      expect(own).toBe(ofProcess1)
    },
  )

  it('sees the host’s name and a loopback interface that is up, and no other', async () => {
    expect(await said(await host.start(['uname', '-n']))).toEqual(['host7'])
    const lines = await said(
      await host.start(['sh', '-c', 'cut -s -d: -f1 /proc/net/dev; cat /sys/class/net/lo/flags']),
    )
    // IFF_UP is bit 0, netdevice(7)
    expect(lines.slice(0, -1).map((line) => line.trim())).toEqual(['lo'])
    expect(Number(lines.at(-1)) & 1).toBe(1)
  })

  it('sees a /tmp of the host’s own, and none of the machine’s mounts can be reached by leaving it', async () => {
    const mine = `/tmp/${basename(test.folder)}-mine`
    try {
      expect(await said(await host.start(['sh', '-c', `ls /tmp; echo x > ${mine}; cat ${mine}`]))).toEqual(['x'])
      expect(existsSync(mine)).toBe(false)
    } finally {
      rmSync(mine, { force: true })
    }
    const roots = await said(await host.start(['sh', '-c', 'awk \'$5 == "/"\' /proc/self/mountinfo | wc -l']))
    expect(roots).toEqual(['1'])
  })

  it('lacks the rights that reach beyond a host', async () => {
    const [line = ''] = await said(await host.start(['sh', '-c', 'grep CapBnd /proc/self/status']))
    const bounding = BigInt(`0x${line.split(/\s+/)[1]}`)
    // capabilities(7), linux/capability.h: SYS_MODULE SYS_RAWIO SYS_BOOT SYS_TIME MKNOD; KILL is one that it keeps
    for (const number of [16n, 17n, 22n, 25n, 27n]) expect((bounding >> number) & 1n, `right ${number}`).toBe(0n)
    expect((bounding >> 5n) & 1n).toBe(1n)
  })

  it('gets the environment, folder and rights that were asked for, and nothing of the machine’s environment', async () => {
    process.env['LAB_TEST_SECRET'] = 'x'
    const running = await host.start(['sh', '-c', 'pwd; grep CapBnd /proc/self/status; env | cut -d= -f1 | sort'], {
      cwd: '/usr',
      privileges: ['--bounding-set=-all'],
    })
    const lines = await said(running)
    expect(lines.slice(0, 2)).toEqual(['/usr', `CapBnd:\t${'0'.repeat(16)}`])
    expect(lines).toContain('LANG')
    expect(lines).not.toContain('LAB_TEST_SECRET')
  })

  it('has been executed when it is handed over, under its own pid', async () => {
    const running = await host.start(['sleep', '1000'], { name: 'a sleeper' })
    expect(statOf(running.pid ?? 0)?.comm).toBe('sleep')
    expect([running.name, running.describe()]).toEqual(['a sleeper', 'a sleeper still runs'])
    expect(running.kill('SIGTERM')).toBe(true)
    expect(await running.exited).toEqual({ signal: 'SIGTERM' })
    expect(running.kill('SIGTERM')).toBe(false)
  })

  it('can be one of many: each has streams of its own', async () => {
    const many = Array.from({ length: 14 }, (_, n) => host.start(['echo', String(n)]))
    const texts = await Promise.all(many.map(async (one) => said(await one)))
    expect(texts.flat()).toEqual(Array.from({ length: 14 }, (_, n) => String(n)))
  })

  it('reads what is told to a fifo of the host; a fifo that is not there is an error', async () => {
    const running = await host.start(['sh', '-c', 'mkfifo /tmp/f; echo made; head -n 1 /tmp/f'])
    await until('the fifo is made', () => running.output.texts().includes('made'))
    host.tell('/tmp/f', 'a word\n')
    expect(await said(running)).toEqual(['made', 'a word'])
    expect(() => host.tell('/tmp/nosuch', 'x')).toThrow(/ENOENT/)
  })

  it('that has lost its parent is waited for when it ends: no zombie stays in a host', async () => {
    const namespace = readProcLink(host.entrance.pid, 'ns/pid') ?? ''
    const inside = (): string[] =>
      processesOf(namespace)
        .map((p) => p.comm)
        .sort()
    await said(await host.start(['sh', '-c', '(sleep 1001 & sleep 1002 &) > /dev/null 2>&1 < /dev/null']))
    await until(
      'both sleep',
      () => inside().join() === 'cat,sleep,sleep',
      () => inside().join(),
    )
    for (const one of processesOf(namespace).filter((p) => p.comm === 'sleep')) process.kill(one.pid, 'SIGKILL')
    await until(
      'only process 1 is left',
      () => inside().join() === 'cat',
      () => inside().join(),
    )
  })

  it('is in the cgroups of its host', async () => {
    const folders = ['one', 'two'].map((name) => {
      const folder = join(test.folder, name)
      mkdirSync(folder)
      return folder
    })
    const bounded = await test.up('grouped', { cgroups: folders })
    await said(await bounded.start(['true']))
    // "0" stands for who writes it, cgroups(7); these folders are files to look at.
    expect(folders.map((folder) => readFileSync(join(folder, 'cgroup.procs'), 'utf8'))).toEqual(['0\n', '0\n'])
  })

  it('is bounded by prlimit(1) where the ground says so', async () => {
    const bounded = await test.up('bounded', { limits: ['--nofile=77'] })
    expect(await said(await bounded.start(['sh', '-c', 'ulimit -n; ulimit -Hn']))).toEqual(['77', '77'])
  })

  it('leaves no core dumps', async () => {
    const host = await test.up('coreless')
    expect(await said(await host.start(['sh', '-c', 'ulimit -c; ulimit -Hc']))).toEqual(['0', '0'])
  })
})

asRoot('a host that goes down', () => {
  it('ends what runs in it, also what has a session of its own, and says that nothing is left', async () => {
    const host = await test.up()
    const neighbour = await test.up('host2')
    const other = await neighbour.start(['sleep', '1000'])
    const running = await host.start([
      'sh',
      '-c',
      'setsid sleep 1000 & (setsid sleep 1001 &); echo ready; exec sleep 1002',
    ])
    const init = await host.startInit(program('sh'), ['-c', 'sleep 1003 & echo ready; wait'])
    await until('all run', () => [running, init].every((one) => one.output.texts().includes('ready')))
    const inside = readProcLink(running.pid ?? 0, 'ns/pid')
    await host.down()
    expect([await running.exited, await init.exited]).toEqual([{ signal: 'SIGKILL' }, { signal: 'SIGKILL' }])
    expect(inside).toBeDefined()
    expect(statOf(running.pid ?? 0)).toBeUndefined()
    expect(host.left()).toEqual([])
    // A neighbour is neither ended nor taken for what is left.
    expect(other.exit).toBeUndefined()
    await host.down()
  })

  it('is entered through its component while that runs, then through itself', async () => {
    const host = await test.up('host3')
    expect(host.entrance).toMatchObject({ name: 'host3' })
    const holder = host.entrance.pid
    const init = await host.startInit(program('sleep'), ['1000'])
    expect(host.entrance).toMatchObject({ pid: init.pid, name: 'init' })
    expect(host.programs).toEqual([init])
    init.kill('SIGKILL')
    await init.exited
    expect(host.entrance.pid).toBe(holder)
  })
})

asRoot('a host that can not be brought up', () => {
  it('is a fault of the surroundings, in the words of the tool that refused', async () => {
    const ground = test.ground()
    const bad = { ...ground, fstab: `/nosuch-folder ${ground.view} none bind 0 0\n` }
    await expect(Host.up('bad', bad, test.timeline)).rejects.toMatchObject({
      name: 'EnvironmentFault',
      fault: {
        cause: 'environment',
        why: expect.stringContaining('nosuch-folder') as string,
        remedy: expect.stringContaining('--privileged') as string,
      },
    })
  })
})

asRoot('a program that stops itself', () => {
  const stopped = async (running: Running): Promise<void> => {
    await until('it is stopped', () => running.pid !== undefined && statOf(running.pid)?.state === 'T')
  }

  it('is seen to end after it was continued', async () => {
    const host = await test.up('stops1')
    const running = await host.start(['sh', '-c', 'kill -STOP $$; exit 3'])
    await stopped(running)
    running.kill('SIGCONT')
    await until('it has ended', () => running.exit !== undefined)
    expect(running.exit).toEqual({ code: 3 })
  })

  it('stays stopped, and does not hold up the end of its host', async () => {
    const host = await test.up('stops2')
    const running = await host.start(['sh', '-c', 'kill -STOP $$; exit 3'])
    await stopped(running)
    // Its launcher has stopped too by now, and is looked at more than once meanwhile.
    const begin = performance.now()
    await until('half a second is over', () => performance.now() - begin > 500)
    expect(statOf(running.pid ?? 0)?.state).toBe('T')
    await host.down()
    expect(running.exit).toEqual({ signal: 'SIGKILL' })
  })
})
