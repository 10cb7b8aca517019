/** From which state the VM is brought up how; limactl and ssh keep to a script here, test/lima has real ones. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Problem } from '../../../src/problem.ts'
import { qemuProgram } from '../../../src/targets/lima/acceleration.ts'
import { vmReset, vmStatus } from '../../../src/targets/lima/down.ts'
import { provisioningDigest } from '../../../src/targets/lima/provisioning.ts'
import { vmUp, type Up } from '../../../src/targets/lima/up.ts'
import { Misbehaving } from './misbehaving.ts'

const root = join(import.meta.dirname, '../../..')
const digest = provisioningDigest(root)

/** What it was asked for goes to `calls`; the state of its one VM is the file `state`, its snapshots are in `snapshots`. */
const LIMACTL = `cd "\${0%/*}/.."
shift
state() { echo "$1" >state; mkdir -p lima/drydock; : >lima/drydock/lima.yaml; }
case "$*" in
--version) echo limactl version 2.2.0; exit ;;
list*) [ -s state ] && echo '{"name":"drydock","status":"'$(cat state)'","dir":"/","vmType":"qemu"}'; exit 0 ;;
'snapshot list'*) cat snapshots 2>/dev/null; exit 0 ;;
esac
echo "$1\${2:+ $2}" >>calls
case $1 in
create) [ -e create-fails ] && { echo 'level=fatal msg="no space left"' >&2; exit 1; }; state Stopped ;;
start) state Running; [ -e hangs ] || echo yes >answers
  [ -e degraded ] && { echo 'level=fatal msg="DEGRADED. The VM seems running"' >&2; exit 1; }; exit 0 ;;
stop) state Stopped; rm -f answers ;;
delete) rm -f state answers snapshots ;;
snapshot) [ "$2" = create ] && echo "$4" >>snapshots; exit 0 ;;
esac`

/** Answers where the VM does; `marker` is what provisioning has left there. */
const SSH = `cd "\${0%/*}/.."
case "$*" in *'-O exit'*) exit 0 ;; esac
[ -e answers ] || exit 255
[ -e busy ] && { rm busy; exit 255; }
case "$*" in
*'sudo -n sh -s'*) echo provision >>calls; cat >/dev/null; [ -e step-fails ] && { echo 'step packages'; echo 'no such package'; exit 100; }
  echo 'step settings'; echo ${digest} >marker ;;
*' sh -s'*) cat >/dev/null; echo "marker=$(cat marker 2>/dev/null)"; echo arch=x86_64; echo kilobytes=9000000; echo "clock=$(date +%s)" ;;
esac`

class Machine extends Misbehaving {
  constructor(state?: string, files: Record<string, string> = {}) {
    super(
      { limactl: LIMACTL, ssh: SSH, [qemuProgram()]: 'echo QEMU emulator version 10.0.13; exit 1' },
      { alone: false },
    )
    if (state !== undefined) {
      this.make()
      this.write('state', state)
    }
    for (const [name, text] of Object.entries(files)) this.write(name, text)
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text)
  }

  get calls(): string[] {
    const path = join(this.folder, 'calls')
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
  }
}

const phases: string[] = []
const up = (): Promise<Up> => vmUp({ root, onPhase: (phase) => phases.push(phase) })
const problem = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => (error instanceof Problem ? { ...error.text, code: error.exitCode } : error))

const SET_UP = { marker: digest, snapshots: `clean-${digest}\n` }

describe.skipIf(process.platform !== 'linux')('lab vm up', () => {
  it('makes one, provisions it and takes a snapshot; the second time it does nothing', async () => {
    using machine = new Machine()
    expect(await up()).toMatchObject({ did: 'made', provisioned: true })
    const calls = ['create --name=drydock', 'start --timeout=30m', 'provision', 'snapshot create']
    expect(machine.calls).toEqual(calls)
    expect(phases).toEqual(expect.arrayContaining(['the VM to be made', 'provisioning: settings']))
    expect(await up()).toMatchObject({ did: 'nothing', provisioned: false })
    expect(machine.calls).toEqual(calls)
    expect(await vmStatus(root)).toMatchObject({ state: 'running', ready: true })
  })

  it.each<[string, string, Record<string, string>, string[], Partial<Up>]>([
    ['is stopped', 'Stopped', SET_UP, ['start --timeout=30m'], { did: 'started', provisioned: false }],
    [
      'is half made',
      'Broken',
      {},
      ['delete --force', 'create --name=drydock', 'start --timeout=30m', 'provision', 'snapshot create'],
      { did: 'made', provisioned: true },
    ],
    [
      'is so busy that its first answer is missed',
      'Running',
      { ...SET_UP, answers: '', busy: '' },
      [],
      { did: 'nothing', provisioned: false },
    ],
    ['hangs', 'Running', SET_UP, ['stop --force', 'start --timeout=30m'], { did: 'started', provisioned: false }],
    [
      'was set up by another version',
      'Running',
      { answers: '', marker: 'other', snapshots: 'clean-other\n' },
      ['provision', 'snapshot create'],
      { did: 'nothing', provisioned: true },
    ],
  ])('mends one that %s', async (_, state, files, calls, did) => {
    using machine = new Machine(state, files)
    expect(await up()).toMatchObject(did)
    expect(machine.calls).toEqual(calls)
    expect(await vmStatus(root)).toMatchObject({ state: 'running', ready: true })
  })

  it('waits for one that is booting, and does not end it', async () => {
    using machine = new Machine('Running', SET_UP)
    const begun = join(machine.folder, 'lima/drydock/ha.pid')
    mkdirSync(join(machine.folder, 'lima/drydock'), { recursive: true })
    writeFileSync(begun, '1')
    const done = up()
    phases.length = 0
    await expect.poll(() => phases, { timeout: 20_000 }).toContain('the VM, which is starting already')
    machine.write('answers', '')
    expect(await done).toMatchObject({ did: 'nothing' })
    expect(machine.calls).toEqual([])
  })

  it('takes one that answers, although Lima’s agent came late', async () => {
    using machine = new Machine('Stopped', { ...SET_UP, degraded: '' })
    expect(await up()).toMatchObject({ did: 'started', provisioned: false })
    expect(machine.calls).toEqual(['start --timeout=30m'])
  })

  it('does not take one that was started and does not answer', async () => {
    using _machine = new Machine('Stopped', { ...SET_UP, degraded: '', hangs: '' })
    expect(await problem(up())).toMatchObject({ what: 'limactl start failed', why: 'DEGRADED. The VM seems running' })
  })

  it('tells what limactl said when it fails', async () => {
    using machine = new Machine(undefined, { 'create-fails': '' })
    expect(await problem(up())).toMatchObject({ what: 'limactl create failed', why: 'no space left', code: 3 })
    expect(machine.calls).toEqual(['create --name=drydock'])
  })

  it('shows the log of a step that failed', async () => {
    using machine = new Machine('Running', { answers: '', 'step-fails': '' })
    expect(await problem(up())).toMatchObject({ what: 'the VM could not be set up', why: 'no such package', code: 3 })
    expect(await vmStatus(root)).toMatchObject({ state: 'running', ready: false })
    expect(machine.calls).toEqual(['provision'])
  })
})

describe.skipIf(process.platform !== 'linux')('lab vm reset', () => {
  it('applies the snapshot where there is one', async () => {
    using machine = new Machine('Running', { ...SET_UP, answers: '' })
    expect(await vmReset({ root, onPhase: () => undefined })).toBe('snapshot')
    expect(machine.calls).toEqual(['snapshot apply'])
  })
  it('makes the VM anew where there is none', async () => {
    using machine = new Machine('Running', { answers: '' })
    expect(await vmReset({ root, onPhase: () => undefined })).toBe('remade')
    expect(machine.calls.slice(0, 3)).toEqual(['delete --force', 'create --name=drydock', 'start --timeout=30m'])
  })
})
