/** What else goes wrong with a VM: --full. Each is detected, told with what mends it, and mended so. */
import { expect, describe, it } from 'vitest'
import { grade, startGrading, startHanging, untilItRuns } from './grading.ts'
import { inside, nothing, said, unwrapped } from './inside.ts'
import { inVm, lab, qemuPid, until } from './user.ts'

const ONE: [string, string[], string] = ['linux/init', ['--oracle', 'tini'], 'exit-status/code']
const right = { code: 0, verdicts: { 'exit-status/code': 'passed' } }

export function failInOtherWays(): void {
  describe('a VM', () => {
    it('whose disk is full is refused, and reset', async () => {
      // All but 100 MB; fallocate(1) takes them without writing.
      await inVm('free=$(df -Pm /var | awk "NR == 2 { print \\$4 }"); fallocate -l $((free - 100))M /var/full')
      const refused = await startGrading(...ONE).ended
      expect(refused.code, said(refused)).toBe(3)
      expect(unwrapped(refused)).toMatch(/the VM's disk is full: \d+ MB are free/)
      expect(unwrapped(refused)).toContain('lab vm reset')
      const reset = await lab('vm', 'reset')
      expect(reset.code, said(reset)).toBe(0)
      expect(await grade(...ONE)).toMatchObject(right)
    })

    it('whose engine is an older one gets this one', async () => {
      expect(await grade(...ONE)).toMatchObject(right)
      const digests = 'sha256sum /opt/drydock/engine-*.cjs'
      const before = await inVm(digests)
      await inVm('for file in /opt/drydock/engine-*.cjs; do echo "process.exit(1)" >$file; done')
      expect(await inVm(digests)).not.toBe(before)
      expect(await grade(...ONE)).toMatchObject(right)
      expect(before).toContain((await inVm(`${digests} | head -n 1`)).split(' ')[0])
    })

    it('whose provisioning fails at a step shows its log, and goes on there once that is mended', async () => {
      const folder = '/etc/systemd/journald.conf.d'
      await inVm(`rm /etc/drydock/provisioned; echo other >${folder}/drydock.conf; chattr +i ${folder}`)
      const refused = await startGrading(...ONE).ended
      expect(refused.code, said(refused)).toBe(3)
      expect(unwrapped(refused)).toMatch(/the VM is not set up for this lab/)
      const failed = await lab('vm', 'up')
      expect(failed.code, said(failed)).toBe(3)
      expect(unwrapped(failed)).toMatch(/step settings failed with exit code/)
      expect(unwrapped(failed)).toMatch(/Operation not permitted/)
      await inVm(`chattr -i ${folder}`)
      const up = await lab('vm', 'up', '--json')
      expect(JSON.parse(up.out), said(up)).toMatchObject({ did: 'nothing', provisioned: true })
      expect(await grade(...ONE)).toMatchObject(right)
    })

    it('that ends in a check is told, and lab vm up starts it', async () => {
      const going = startHanging()
      const { ended } = going
      await untilItRuns(going)
      process.kill(qemuPid(), 'SIGKILL')
      const end = await ended
      expect(end.code, said(end)).toBe(3)
      expect(unwrapped(end)).toMatch(/the VM (?:does not run|does not answer)/)
      expect(unwrapped(end)).toMatch(/To mend lab vm up/)
      const up = await lab('vm', 'up', '--json')
      expect(JSON.parse(up.out), said(up)).toMatchObject({ did: 'started' })
      await until('nothing is left in the VM', inside, nothing)
      expect(await grade(...ONE)).toMatchObject(right)
    })
  })
}
