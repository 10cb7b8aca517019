/** The battery on each setting: what an attack's program says, the verdicts, and what is left. docs/security.md shows the table. */
import { execa } from 'execa'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allPids, readProc } from '../../checkers/kit/procfs.ts'
import { findBounds } from '../../src/engine/bounds.ts'
import type { CheckResult } from '../../src/protocol/index.ts'
import { build, PACKAGE } from '../cli/built.ts'
import { Checkout } from '../e2e/checkout.ts'
import { BY_BUILD, BY_COMPONENT, BY_EXHAUSTION, BY_MOUNT, type Attack, type Setting } from './attacks.ts'
import { Battery, saidOf, SEED } from './battery.ts'
import { tableOf } from './table.ts'

const isRoot = process.getuid?.() === 0
const CHECKS = ['exit-status/code', 'exit-status/signal']

/** All memory, threads and inodes of a throw-away kernel take it minutes on a busy machine: with LAB_ATTACKS=all. */
const CHEAP = ['disk', 'descriptors', 'output']
const exhausted = (setting: Setting): Attack[] =>
  BY_EXHAUSTION.filter(
    ({ id }) => setting !== 'uml' || process.env['LAB_ATTACKS'] === 'all' || CHEAP.some((name) => id.endsWith(name)),
  )

let battery: Battery
beforeAll(async () => {
  await build()
  battery = await Battery.open()
}, 300_000)
afterAll(() => battery[Symbol.asyncDispose]())

/** Processes of the machine that an attack has left. */
const left = (): number[] =>
  allPids().filter((pid) => /outlive-(?:later-)?(mark\w+)/.exec(readProc(pid, 'cmdline') ?? '')?.[1] === battery.mark)

describe.skipIf(!isRoot)('without any protection', () => {
  let output: { text: string }[]
  beforeAll(async () => {
    const dir = battery.attacker(join(battery.path, 'plain'), { plain: true })
    // A pid, mount and ipc namespace of its own, so that what works works here alone. /usr and /etc are copies on write.
    const script = `set -e
      mount -t tmpfs layers /mnt
      for folder in usr etc; do
        mkdir /mnt/$folder /mnt/$folder.work
        mount -t overlay -o lowerdir=/$folder,upperdir=/mnt/$folder,workdir=/mnt/$folder.work overlay /$folder
      done
      sh -c 'sleep 86313 & wait' victim-${battery.mark} & export VICTIM=$!
      ANY=${SEED} sleep 86313 &
      exec 3>/dev/null
      python3 "$0" 2>&1
      sh -c 'sleep 86313 & wait' victim-${battery.mark} & export VICTIM=$!
      python3 "$0" 2>&1`
    const namespaces = [
      '--mount',
      '--pid',
      '--ipc',
      '--fork',
      '--kill-child',
      '--mount-proc',
      '--propagation',
      'private',
    ]
    const { stdout } = await execa('unshare', [...namespaces, 'sh', '-c', script, join(dir, 'main.py')], {
      reject: false,
      stdin: 'ignore',
      env: { PYTHONDONTWRITEBYTECODE: '1' },
    })
    output = stdout.split('\n').map((text) => ({ text }))
  })

  it.each(BY_COMPONENT.filter(({ plain }) => plain))('$id works', ({ id, works }) => {
    expect(saidOf(id, output).at(-1), output.map(({ text }) => text).join('\n')).toMatch(works)
  })
})

const settings: Setting[] = [
  'local',
  ...(isRoot ? (['root'] as const) : []),
  ...(process.arch === 'x64' ? (['uml'] as const) : []),
]

describe.each(settings)('in the setting %s', (setting) => {
  let results: CheckResult[]
  let checkout: Checkout | undefined
  beforeAll(async () => {
    if (setting === 'local' && isRoot) checkout = new Checkout('ordinary')
    const exhaust = exhausted(setting).map(({ id }) => id.replace('exhaust-', ''))
    const component = battery.attacker(join(battery.path, setting), { exhaust })
    const lab = checkout === undefined ? PACKAGE : join(checkout.folder, 'lab')
    results = await battery.run(setting, component, CHECKS, lab)
  }, 400_000)
  afterAll(() => checkout?.remove())

  it('the component, which is otherwise right, passes, and so does the check after its attacks', () => {
    expect(results.map(({ check, verdict, failure, fault }) => ({ check, verdict, failure, fault }))).toEqual(
      CHECKS.map((check) => ({ check, verdict: 'passed', failure: undefined, fault: undefined })),
    )
  })

  const cases: Attack[] = [...BY_COMPONENT, ...BY_BUILD, ...exhausted(setting)]
  it.each(cases)('$id: as the table says', ({ id, fate, held, works }) => {
    const said = results.flatMap(({ output }) => saidOf(id, output))
    expect(said, 'it was tried').not.toEqual([])
    // A machine whose cgroups are v2, with nsdelegate, holds this one as root too.
    const either = id === 'raise-bound' && setting === 'root' && findBounds().kind !== 'cgroup1'
    const expected = either ? [works, held] : [fate[setting] === 'open' ? works : held]
    for (const words of said)
      expect(
        expected.some((one) => one.test(words)),
        words,
      ).toBe(true)
  })

  const noted = findBounds().kind === 'rlimit' && setting === 'root' ? [] : exhausted(setting)
  it.each(noted.filter(({ fate }) => fate[setting] === 'seen'))('$id is told as a note', ({ id }) => {
    const notes = results.flatMap((result) => result.notes).join('\n')
    expect(notes).toContain(id === 'exhaust-tasks' ? 'processes was reached' : 'memory bound')
  })

  it('what a start leaves is there for the next one of its check, and for no other check', () => {
    for (const { output } of results) {
      const [first, ...others] = saidOf('leave-state', output)
      expect(first).toMatch(/^found nothing; left \/tmp, .*shm$/)
      expect(others.length).toBeGreaterThan(0)
      for (const words of others) expect(words).toMatch(/^found \/tmp, .*shm; /)
      // What the build and the check have is not among it, nor is a socket, whose process has ended with its init.
      for (const words of others) expect(words).not.toMatch(/\/(?:cache|component|lab|usr|etc)\b|socket/)
    }
  })

  it.skipIf(setting === 'uml' && process.env['LAB_ATTACKS'] !== 'all')(
    'what it mounts itself counts as its memory, where that is bounded for all of its processes together',
    { timeout: 240_000 },
    async () => {
      const component = battery.attacker(join(battery.path, `${setting}-mounts`), { exhaust: ['mounts'] })
      const lab = checkout === undefined ? PACKAGE : join(checkout.folder, 'lab')
      const [result] = await battery.run(setting, component, ['exit-status/signal'], lab)
      const said = saidOf(BY_MOUNT.id, result?.output ?? [])
      const bounded = setting !== 'local' && !(setting === 'root' && findBounds().kind === 'rlimit')
      if (bounded) expect(result?.notes.join('\n')).toContain('memory bound')
      else expect(said.join('\n')).toMatch(BY_MOUNT.works)
      expect(said.some((words) => BY_MOUNT.works.test(words))).toBe(!bounded)
    },
  )

  it('nothing of it is left on the machine, and nobody was ended', () => {
    expect(left()).toEqual([])
    expect(battery.victim.exitCode).toBeNull()
    expect(battery.victim.signalCode).toBeNull()
  })
})

describe('what one sees who plays the command instead of starting it', () => {
  it('the check passes: nothing can tell, and the page says so', async () => {
    const component = battery.wrong(join(battery.path, 'player'), 'player.py')
    const results = await battery.run(isRoot ? 'root' : 'local', component, ['forward/term', 'exit-status/code'])
    expect(results.map(({ verdict }) => verdict)).toEqual(['passed', 'failed'])
  })
})

describe('docs/security.md', () => {
  const page = join(PACKAGE, 'docs/security.md')
  it('shows this table', () => {
    const text = readFileSync(page, 'utf8')
    const [before, , after] = text.split(/<!-- (?:battery|end) -->\n/)
    const expected = `${before ?? ''}<!-- battery -->\n\n${tableOf()}\n<!-- end -->\n${after ?? ''}`
    if (process.env['LAB_RECORD'] === '1') writeFileSync(page, expected)
    else expect(text).toBe(expected)
  })
})
