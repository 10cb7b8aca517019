/** A component as process 1 of a pid namespace of its own, with pipes or with a terminal. */
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Host } from '../../../checkers/kit/host/host.ts'
import type { Init } from '../../../checkers/kit/host/running.ts'
import { CTRL_C } from '../../../checkers/kit/host/terminal.ts'
import { pidInside, readProc, readProcLink, signalSetsOf, statOf } from '../../../checkers/kit/procfs.ts'
import { until } from '../../e2e/until.ts'
import { asRoot, program, TestGround } from './ground.ts'

let test: TestGround
let host: Host
beforeAll(async () => {
  test = new TestGround()
  if (process.getuid?.() === 0) host = await test.up()
})
afterAll(() => test.close())

const says = (init: Init, line: string): Promise<void> =>
  until(`it says ${line}`, () => init.output.texts().some((text) => text.includes(line)))

/** Starts `sh -c text`. */
const shell = (text: string, options: { terminal?: boolean } = {}): Promise<Init> =>
  host.startInit(program('sh'), ['-c', text], options)

asRoot('process 1', () => {
  it('is the program itself, of a namespace of its own whose /proc it sees', async () => {
    const init = await shell('readlink /proc/self/ns/pid; set -- /proc/[0-9]*; echo "$@"; exec sleep 1000')
    const pid = init.requirePid()
    await until('it has executed sleep', () => statOf(pid)?.comm === 'sleep')
    await until('all that it printed has come', () => init.output.count === 2)
    expect(pidInside(pid)).toBe(1)
    expect(init.namespace).toBe(readProcLink(pid, 'ns/pid'))
    expect(init.output.texts()).toEqual([init.namespace, '/proc/1'])
  })

  it('is known with its children and all its processes, zombies too, and those of nobody else', async () => {
    await host.start(['sleep', '1000'])
    // The last child ends when sh has become sleep, which waits for nobody: sh itself might.
    const last = '(until read -r comm </proc/1/comm && [ "$comm" = sleep ]; do :; done)'
    const init = await shell(`sleep 1001 & setsid sleep 1002 & echo ready; ${last} & exec sleep 1003`)
    await says(init, 'ready')
    const others = () => init.processes().filter((p) => p.pid !== init.pid)
    const states = (): string =>
      others()
        .map((p) => `${p.comm} ${p.state}`)
        .join() // oldest first
    await until('its children are as they should be', () => states() === 'sleep S,sleep S,sh Z', states)
    expect(init.children().sort()).toEqual(
      others()
        .map((p) => p.pid)
        .sort(),
    )
    expect(init.describeProcesses()).toMatch(
      /^sleep \(pid 2\) sleeps, sleep \(pid 3\) sleeps, sh \(pid 4\) is a zombie$/,
    )
  })

  it('gets signals from outside, and is not ended by one that it has no handler for, except by SIGKILL', async () => {
    const init = await shell('trap "echo got" USR1; sleep 1000 & echo ready; while :; do wait; done')
    await says(init, 'ready')
    expect(init.kill('SIGUSR1')).toBe(true)
    await says(init, 'got')
    const pid = init.requirePid()
    expect(init.kill('SIGHUP')).toBe(true)
    await until('the signal was taken', () => signalSetsOf(pid)?.pending.size === 0)
    expect(init.exit).toBeUndefined()
    expect(init.kill('SIGKILL')).toBe(true)
    expect(await init.exited).toEqual({ signal: 'SIGKILL' })
    expect(() => init.requirePid()).toThrow(/init was ended by SIGKILL/)
  })

  it('ends with its own exit code, and everything in its namespace with it', async () => {
    const init = await shell('setsid sleep 1004 & echo ready; read line; exit 37')
    await says(init, 'ready')
    await until('what it leaves has been executed', () => init.processes().some((p) => p.comm === 'sleep'))
    const left = init.processes().filter((p) => p.pid !== init.pid)
    init.write('go\n')
    expect(await init.exited).toEqual({ code: 37 })
    expect(left.map((p) => statOf(p.pid)?.state ?? 'gone')).toEqual(left.map(() => 'gone'))
    expect(init.processes()).toEqual([])
  })

  it('that signals its process group has ended its tools, and the text says so', async () => {
    const init = await shell('trap : HUP; kill -HUP 0; exec sleep 1000')
    await init.exited
    expect(init.describe()).toMatch(/^init sent SIGHUP to its own process group/)
    expect(test.timeline.entries().at(-1)).toMatchObject({ kind: 'exit', text: 'init was ended by SIGHUP' })
  })
})

asRoot('a terminal', () => {
  it('is the program’s input and output, its controlling terminal, and it leads the session', async () => {
    const init = await shell('test -t 0 && test -t 1 && echo "on $(tty)"; exec sleep 1000', { terminal: true })
    await says(init, 'on /dev/pts/')
    const stat = statOf(init.requirePid())
    expect(pidInside(init.requirePid())).toBe(1)
    expect([stat?.session, stat?.tpgid]).toEqual([stat?.pid, stat?.pgrp])
    expect(stat?.pid).toBe(stat?.pgrp)
  })

  it('comes with the /proc of the program’s own namespace', async () => {
    const init = await host.startInit(program('sh'), ['-c', 'exec readlink /proc/self'], { terminal: true })
    await init.exited
    expect(init.output.texts()).toEqual(['1'])
  })

  it('reads what is typed; Ctrl-C reaches the foreground group', async () => {
    const init = await shell('trap "echo got INT; exit 3" INT; echo ready; read line; echo "line $line"; read line', {
      terminal: true,
    })
    await says(init, 'ready')
    init.write('a word\n')
    await says(init, 'line a word')
    init.write(CTRL_C)
    await says(init, 'got INT')
    expect(await init.exited).toEqual({ code: 3 })
  })

  it('hands over no ignored signal, and arguments with quotes and spaces as they are', async () => {
    // Some versions of script(1) ignore signals; this one does, whatever is installed.
    const ignoring = await test.up('ignoring', { environment: { PATH: `/tmp:${process.env['PATH'] ?? ''}` } })
    const wrapper = `#!/bin/sh\nPATH=\${PATH#*:}\ntrap '' INT QUIT\nexec script "$@"\n`
    writeFileSync(ignoring.path('/tmp/script'), wrapper, { mode: 0o755 })
    const words = ["it's", 'a b', '$HOME', '']
    const init = await ignoring.startInit(
      program('sh', '-c', 'printf "<%s>" "$@"; echo; exec sleep 1000', 'sh'),
      words,
      {
        terminal: true,
      },
    )
    await says(init, "<it's><a b><$HOME><>")
    const pid = init.requirePid()
    await until('it has executed sleep', () => readProc(pid, 'cmdline') === 'sleep\x001000\0')
    expect([...(signalSetsOf(pid)?.ignored ?? [0])]).toEqual([])
  })

  it('is the machine’s fault where script(1) is not there', async () => {
    const bare = await test.up('bare', { environment: { PATH: '/nosuch' } })
    await expect(bare.startInit(program('sh'), [], { terminal: true })).rejects.toMatchObject({
      name: 'EnvironmentFault',
      message: 'script is not on PATH, and terminals are made with it',
    })
  })
})
