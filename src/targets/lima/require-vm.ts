/** Whether there is a VM to start an engine in. */
import { Problem } from '../../problem.ts'
import { limactlRefusal } from './limactl.ts'
import { isMade, vmPlace, type VmPlace } from './place.ts'

/** Starts nothing and asks nobody. Throws Problem when Lima can't be used here, or no VM was made. */
export function requireVm(): VmPlace {
  const place = vmPlace()
  const refused = limactlRefusal() ?? (isMade(place) ? undefined : notMade())
  if (refused !== undefined) throw refused
  return place
}

const notMade = (): Problem => new Problem({ what: 'there is no VM yet', remedy: 'lab vm up' })
