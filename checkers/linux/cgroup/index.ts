/** linux/cgroup: limits and accounting with cgroups. Ids as in labs/linux/cgroup/lab.yaml. */
import { lab } from '../../kit/index.ts'
import { delegate } from './delegate.ts'
import { enter } from './enter.ts'
import { freeze } from './freeze.ts'
import { kill } from './kill.ts'
import { limit } from './limit.ts'
import { memory } from './memory.ts'
import answer from './programs/answer.sh'
import busy from './programs/busy.sh'
import forks from './programs/forks.sh'
import greedy from './programs/greedy.sh'
import hold from './programs/hold.sh'
import keepers from './programs/keepers.sh'
import leave from './programs/leave.sh'
import pulse from './programs/pulse.sh'
import { remove } from './remove.ts'
import { stat } from './stat.ts'

export default lab({
  requires: ['namespaces', 'root', 'cgroup2'],
  programs: { answer, busy, forks, greedy, hold, keepers, leave, pulse },
  steps: [delegate, enter, stat, memory, limit, freeze, kill, remove],
})
