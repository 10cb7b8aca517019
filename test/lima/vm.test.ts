/** One real VM: made, graded in, cut off from, reset. In this order; `bail` ends it at the first failure. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isProved, killsOf } from '../labs.ts'
import { grade, gradeOn, notPassed, startHanging, untilItRuns } from './grading.ts'
import { gradeEverything } from './everything.ts'
import { failInOtherWays } from './failures.ts'
import { inside, nothing, said, unwrapped } from './inside.ts'
import { besideImage } from './installed.ts'
import { inVm, lab, qemuPid, sshBelow, typed, until, vm, type Ended } from './user.ts'
import { beyondTheCheck } from './watching.ts'

beforeAll(async () => {
  let up = await lab('vm', 'up', '--image', vm.image)
  if (up.code !== 0) {
    // A boot may fail for the machine's sake: once more, from the beginning.
    console.log(`the first boot failed: ${said(up)}`)
    const log = join(vm.home, '.lima/drydock/serial.log')
    if (existsSync(log)) console.log(readFileSync(log, 'utf8').slice(-3000))
    await lab('vm', 'delete', '--yes')
    up = await lab('vm', 'up', '--image', vm.image)
  }
  console.log(`vm up: ${Math.round(up.ms / 1000)} s\n${said(up)}`)
  expect(up.code, said(up)).toBe(0)
})

afterAll(async () => {
  await lab('vm', 'delete', '--yes')
})

describe('the VM', () => {
  it('is set up by what the image brought, and says so', async () => {
    const status = await lab('vm', 'status', '--json')
    expect(JSON.parse(status.out), said(status)).toMatchObject({ ok: true, state: 'running', ready: true })
    const again = await lab('vm', 'up', '--json')
    expect(JSON.parse(again.out), said(again)).toMatchObject({ did: 'nothing', provisioned: false })
  })

  it('has the packages of the list beside its image, and no others', async () => {
    const text = await inVm("dpkg-query --show --showformat='${binary:Package} ${Version}\\n'")
    expect(text.trim().split('\n').sort()).toEqual(besideImage().packages)
  })

  it('runs nothing by itself that a lab would start', async () => {
    expect((await inVm('for one in etcd containerd; do command -v $one; done')).trim().split('\n')).toHaveLength(2)
    expect((await inVm('pgrep -x -l "etcd|containerd|runsvdir" || true')).trim()).toBe('')
  })
})

describe('linux/init', () => {
  it('passes with the real tool, as it does on the machine itself and in a throw-away kernel', async () => {
    const table = await grade('linux/init', ['--oracle', 'tini'])
    expect(notPassed(table), table.said).toEqual([])
    expect(table).toMatchObject({ code: 0, target: 'lima' })
    expect(Object.keys(table.verdicts).length).toBeGreaterThan(10)
    for (const target of ['local', 'uml'] as const) {
      const other = await gradeOn(target, 'linux/init', ['--oracle', 'tini'])
      expect(other, other.said).toMatchObject({ code: 0, target, verdicts: table.verdicts })
    }
  })

  it('passes with a solution', async () => {
    // Those that wait longest have passed above.
    const table = await grade(
      'linux/init',
      ['--solution', 'python'],
      'exit-status/code',
      'forward/each',
      'reap/orphan',
      'terminal/interrupt',
    )
    expect(notPassed(table), table.said).toEqual([])
    expect(table).toMatchObject({ code: 0, target: 'lima' })
  })

  it('fails with a mutant, in the checks that are named', async () => {
    // One that shows a wrong value at once: what never happens is waited for, times the factor of an emulated machine.
    const kills = killsOf('linux/init', 'last-status-wins')
    const others = ['exit-status/code', 'forward/term', 'reap/orphan']
    const table = await grade('linux/init', ['--mutant', 'last-status-wins'], ...others, ...kills)
    expect(notPassed(table).sort(), table.said).toEqual(kills)
    expect(table.code).toBe(1)
  })
})

describe.runIf(isProved('linux/cgroup'))('linux/cgroup', () => {
  it('passes with a solution', async () => {
    const table = await grade('linux/cgroup', ['--solution', 'python'])
    expect(notPassed(table), table.said).toEqual([])
    expect(table).toMatchObject({ code: 0, target: 'lima' })
    expect(Object.keys(table.verdicts).length).toBeGreaterThan(10)
  })

  it('passes with the real tool', async () => {
    // One check of each kind of file that it writes; the others are passed above.
    const table = await grade(
      'linux/cgroup',
      ['--oracle', 'crun'],
      ...['delegate/place', 'memory/killed', 'limit/cpu', 'freeze/frozen', 'kill/replaced'],
    )
    expect(notPassed(table), table.said).toEqual([])
    expect(table).toMatchObject({ code: 0, target: 'lima' })
  })

  it('fails with a mutant, in the checks that are named', async () => {
    // As above, one that shows a wrong value at once.
    const kills = killsOf('linux/cgroup', 'quota-without-period')
    const table = await grade('linux/cgroup', ['--mutant', 'quota-without-period'], 'delegate/slice', ...kills)
    expect(notPassed(table).sort(), table.said).toEqual(kills)
    expect(table.code).toBe(1)
  })
})

describe('lab shell', () => {
  it('enters the host of a check in the VM, beside the component', async () => {
    const place = ['--workspace', join(vm.home, 'work')]
    const started = await lab('start', 'linux/init', '--track', 'python', ...place)
    expect(started.code, said(started)).toBe(0)
    const chosen = await lab('target', 'lima', ...place)
    expect(chosen.code, said(chosen)).toBe(0)
    const script = 'hostname; uname -n -r; tr "\\0" " " </proc/1/cmdline; test -x "$INIT" && echo there'
    const shell = await typed(`${script}\n`, 'shell', 'exit-status/code', ...place)
    console.log(`lab shell: ${Math.round(shell.ms / 1000)} s\n${said(shell)}`)
    expect(shell.code, said(shell)).toBe(0)
    expect(shell.out).toContain((await inVm('uname -r')).trim())
    expect(shell.err).toMatch(/of exit-status\/code, seed /)
    await until('nothing is left in the VM', inside, nothing)
  })
})

describe('lab check --watch', () => {
  it('checks each save in the VM, and soon', async () => {
    // Emulated, where the goal is 500 ms on a machine that KVM serves.
    expect(await beyondTheCheck(join(vm.home, 'work'))).toBeLessThan(2000)
  })
})

describe('a connection that is lost', () => {
  it('ends a check with exit code 3 and the command that mends it, and everything inside', async () => {
    const going = startHanging()
    const { child, ended } = going
    const alive = await untilItRuns(going)
    expect(alive.engines).toBeGreaterThan(0)
    expect(alive.cgroups).toBeGreaterThan(0)
    process.kill(sshBelow(child.pid ?? 0), 'SIGKILL')
    const end = await ended
    expect(end.code, said(end)).toBe(3)
    expect(unwrapped(end)).toMatch(/the connection to the VM was lost/)
    expect(unwrapped(end)).toMatch(/To mend run the command again/)
    await until('nothing is left in the VM', inside, nothing)
  })

  it('is noticed when the VM is paused, within a minute, and nothing is left when it goes on', async () => {
    const going = startHanging()
    const { ended } = going
    await untilItRuns(going)
    const began = performance.now()
    process.kill(qemuPid(), 'SIGSTOP')
    let end: Ended
    try {
      end = await ended
    } finally {
      process.kill(qemuPid(), 'SIGCONT')
    }
    console.log(`a paused VM was noticed after ${Math.round((performance.now() - began) / 1000)} s`)
    expect(end.code, said(end)).toBe(3)
    expect(unwrapped(end)).toMatch(/the VM does not answer: it is paused, or hangs/)
    expect(unwrapped(end)).toMatch(/To mend lab vm up/)
    await until('nothing is left in the VM', inside, nothing)
  })
})

describe('lab vm reset', () => {
  it('returns to the state that the VM had when it was set up', async () => {
    await inVm('echo changed >/etc/drydock/changed && sync')
    expect((await inVm('cat /etc/drydock/changed')).trim()).toBe('changed')
    const reset = await lab('vm', 'reset', '--json')
    expect(JSON.parse(reset.out), said(reset)).toMatchObject({ ok: true, how: 'snapshot' })
    console.log(`vm reset: ${reset.ms} ms`)
    expect((await inVm('ls /etc/drydock')).trim().split('\n')).not.toContain('changed')
    const status = JSON.parse((await lab('vm', 'status', '--json')).out) as { seen: { behind: number } }
    expect(Math.abs(status.seen.behind)).toBeLessThanOrEqual(2)
    const table = await grade('linux/init', ['--oracle', 'tini'], 'exit-status/code')
    expect(table, table.said).toMatchObject({ code: 0, verdicts: { 'exit-status/code': 'passed' } })
  })
})

if (vm.full) {
  failInOtherWays()
  gradeEverything()
}
