/** etcd/fence: locks of a real etcd, and a guard that knows who is late. Ids as in labs/etcd/fence/lab.yaml. */
import { lab } from '../../kit/index.ts'
import { campaign } from './campaign.ts'
import { guard } from './guard.ts'
import { hold } from './hold.ts'
import { lost } from './lost.ts'
import { partition } from './partition.ts'
import { passes } from './passes.ts'
import holdProgram from './programs/hold.sh'
import { queue } from './queue.ts'
import { release } from './release.ts'
import { restart } from './restart.ts'
import { stale } from './stale.ts'

export default lab({
  requires: ['namespaces', 'net'],
  programs: { hold: holdProgram },
  steps: [hold, release, queue, lost, campaign, guard, passes, stale, partition, restart],
})
