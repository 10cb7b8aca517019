/** linux/init: a PID 1 that forwards signals and reaps orphans. Ids as in labs/linux/init/lab.yaml. */
import { lab } from '../../kit/index.ts'
import { exitStatus } from './exit-status.ts'
import { forward } from './forward.ts'
import { group } from './group.ts'
import blockSignals from './programs/block-signals.sh'
import family from './programs/family.sh'
import orphans from './programs/orphans.sh'
import readLine from './programs/read-line.sh'
import reportSignals from './programs/report-signals.sh'
import { reap } from './reap.ts'
import { start } from './start.ts'
import { storm } from './storm.ts'
import { terminal } from './terminal.ts'

export default lab({
  requires: ['namespaces'],
  programs: {
    'block-signals': blockSignals,
    family,
    orphans,
    'read-line': readLine,
    'report-signals': reportSignals,
  },
  steps: [exitStatus, forward, group, reap, storm, start, terminal],
})
