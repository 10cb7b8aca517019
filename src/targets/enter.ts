/** The command that enters a held host on this machine. */
import type { HeldPlace } from '../protocol/index.ts'
import { Problem } from '../problem.ts'
import { pidFromInside } from './inside.ts'
import type { Mode } from './local.ts'
import type { Entry } from './target.ts'

/** Rights that hosts do not have: as in checkers/kit/host/enter.sh. */
const WITHHELD = '-sys_module,-sys_rawio,-sys_boot,-sys_time,-mknod'

/**
 * What comes after the namespaces of a place are entered, and before a shell. A user namespace that the component has for
 * itself is entered last: the others are not its own, and from there they could not be.
 */
export function rightsIn({ confined }: HeldPlace): string[] {
  const user = confined ? ['nsenter', '--target', '1', '--user', '--preserve-credentials', '--'] : []
  return [...user, 'setpriv', '--bounding-set', WITHHELD, '--inh-caps', WITHHELD, '--']
}

/** Throws Problem when the host is gone. */
export function entryTo(place: HeldPlace, launcher: number, mode: Mode): Entry {
  const pid = pidFromInside(launcher, place.pid)
  if (pid === undefined) {
    throw new Problem({
      what: 'the held host is gone',
      why: `no process ${place.pid} is in the engine's pid namespace`,
      remedy: 'lab shell',
    })
  }
  // In a user namespace this user is root already, and its groups can't be changed (user_namespaces(7), setgroups).
  // The engine's user namespace, which its launcher made and is in: a component may have one of its own below it.
  const own = `--user=/proc/${launcher}/ns/user`
  const user = mode === 'user-namespace' ? [own, '--preserve-credentials'] : []
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup']
  const enter = ['nsenter', '--target', String(pid), ...user, ...namespaces]
  return {
    argv: [...(mode === 'sudo' ? ['sudo', '--'] : []), ...enter, ...rightsIn(place)],
    environment: place.environment,
    component: place.component,
  }
}
