/** etcd/mirror: a live copy of a prefix. Ids as in labs/etcd/mirror/lab.yaml. */
import { lab } from '../../kit/index.ts'
import { changes } from './changes.ts'
import { compaction } from './compaction.ts'
import { pages } from './pages.ts'
import { reconnect } from './reconnect.ts'
import { resume } from './resume.ts'
import { slow } from './slow.ts'
import { snapshot } from './snapshot.ts'
import { transactions } from './transactions.ts'

export default lab({
  requires: ['namespaces', 'net'],
  steps: [snapshot, changes, transactions, pages, reconnect, compaction, slow, resume],
})
