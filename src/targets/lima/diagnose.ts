/** Why an engine in the VM was lost, as far as limactl and the VM itself tell. */
import { Problem } from '../../problem.ts'
import { findInstance } from './limactl.ts'
import type { VmPlace } from './place.ts'
import { answersInTime } from './ssh.ts'

/** ms for a VM that runs to answer */
const ANSWER = 15_000

export interface Diagnosis {
  /** the same problem, told by what the VM's state is */
  problem: Problem
  /** the VM answers, so that another connection may do */
  answers: boolean
}

export async function diagnose(place: VmPlace, lost: Problem): Promise<Diagnosis> {
  const why = [lost.text.what, lost.text.why].filter(Boolean).join(': ')
  const told = (what: string, remedy: string, answers = false): Diagnosis => ({
    problem: new Problem({ what, why, remedy }, lost.exitCode, { cause: lost }),
    answers,
  })
  const instance = await findInstance(place).catch(() => undefined)
  if (instance === undefined) return told('the VM is gone', 'lab vm up')
  if (instance.status !== 'Running')
    return told(`the VM does not run: it is ${instance.status.toLowerCase()}`, 'lab vm up')
  if (!(await answersInTime(place, ANSWER))) return told('the VM does not answer: it is paused, or hangs', 'lab vm up')
  return told('the connection to the VM was lost', 'run the command again', true)
}
