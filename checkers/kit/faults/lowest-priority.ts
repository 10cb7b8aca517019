/** A fault that makes one process the last to run: others on its processor finish what they do first. */
import { execFile } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { promisify } from 'node:util'
import { EnvironmentFault } from '../outcome.ts'
import { readProc } from '../procfs.ts'

const call = promisify(execFile)

/** SCHED_IDLE in /proc/PID/stat field 41, sched(7) */
const SCHED_IDLE = 5

/**
 * Puts a process and a peer on one processor and gives the process, with all its threads, the policy SCHED_IDLE: when
 * both become ready at once, the peer runs until it waits, and only then the process (sched(7), "SCHED_IDLE").
 * Needs no undo: the process ends with its host. Throws EnvironmentFault when it did not take effect.
 */
export async function lowestPriority(pid: number, peer: number): Promise<void> {
  try {
    const allowed = /^Cpus_allowed_list:\s*(\d+)/m.exec(readProc(pid, 'status') ?? '')?.[1] ?? '0'
    for (const one of [pid, peer]) await call('taskset', ['--all-tasks', '--cpu-list', '--pid', allowed, String(one)])
    await call('chrt', ['--all-tasks', '--idle', '--pid', '0', String(pid)])
  } catch (error) {
    throw new EnvironmentFault('a process could not be given the lowest priority', {
      why: error instanceof Error ? error.message : String(error),
      remedy: 'sudo apt-get install util-linux   (it has taskset and chrt)',
    })
  }
  const stat = readProc(pid, 'stat') ?? ''
  const policy = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38])
  if (policy !== SCHED_IDLE) {
    throw new EnvironmentFault(`process ${pid} has the scheduling policy ${policy} and not SCHED_IDLE`, {
      why: `it is ${readlinkSync(`/proc/${pid}/exe`)}`,
    })
  }
}
