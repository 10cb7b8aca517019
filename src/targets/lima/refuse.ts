/** What is wrong with a VM that answers, before an engine is started in it. */
import { Problem } from '../../problem.ts'
import type { Seen } from './look.ts'

/** MB that builds and hosts need at least */
const ROOM = 300

/** The kernel's name of what Node calls so. */
const ARCH: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' }

/** `digest`: of the provisioning that this lab would do. Undefined when an engine can be started. */
export function refuse(seen: Seen, digest: string, arch: string = process.arch): Problem | undefined {
  if (seen.arch !== ARCH[arch]) {
    return new Problem({
      what: `the VM is of the architecture ${seen.arch || '?'}, and this machine is ${ARCH[arch] ?? arch}`,
      why: 'It is emulated, instruction by instruction.',
      remedy: 'lab vm delete, then lab vm up',
    })
  }
  if (seen.marker !== digest) {
    const why = seen.marker === '' ? 'Its provisioning did not end.' : 'It was provisioned by another version of lab.'
    return new Problem({ what: 'the VM is not set up for this lab', why, remedy: 'lab vm up' })
  }
  if (seen.freeMegabytes < ROOM) {
    return new Problem({
      what: `the VM's disk is full: ${seen.freeMegabytes} MB are free, and ${ROOM} MB are needed`,
      remedy: 'lab vm reset',
    })
  }
  return undefined
}
