/** The command that enters a held host in the VM. */
import type { HeldPlace } from '../../protocol/index.ts'
import { rightsIn } from '../enter.ts'
import type { Entry } from '../target.ts'
import type { VmPlace } from './place.ts'
import { sshArgv } from './ssh.ts'

/**
 * Two steps: into the engine's pid namespace, whose process 1 is the only child of its launcher, and from there, with the
 * /proc that shows it, to the process that the engine names.
 */
const ENTER = `launcher=$1 pid=$2
shift 2
first=$(cat "/proc/$launcher/task/$launcher/children") || { echo 'the held host is gone' >&2; exit 1; }
exec nsenter --target $first --mount --pid -- nsenter --target "$pid" --mount --uts --ipc --net --pid --cgroup -- "$@"`

/** `launcher`: its pid in the VM. */
export function entryInVm(place: VmPlace, held: HeldPlace, launcher: number): Entry {
  const enter = ['sudo', '-n', 'sh', '-c', ENTER, 'sh', String(launcher), String(held.pid), ...rightsIn(held)]
  // -t: a terminal where there is one here; -q: no word about it where there is none.
  const argv = sshArgv(place, enter, ['-t', '-q'])
  return { argv, quote: true, environment: held.environment, component: held.component }
}
