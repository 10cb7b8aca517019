/** The engine's program in the VM: pushed once for each version, under a name that tells its content. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Problem } from '../../problem.ts'
import { inVm } from './ssh.ts'
import type { VmPlace } from './place.ts'

export interface EngineFile {
  /** in the VM */
  path: string
  sha256: string
  content: Buffer
}

/** ms; half a megabyte over ssh to a machine that may be emulated */
const PUSH = 120_000

export function engineFile(built: string): EngineFile {
  const content = readFileSync(built)
  const sha256 = createHash('sha256').update(content).digest('hex')
  return { path: `/opt/drydock/engine-${sha256.slice(0, 16)}.cjs`, sha256, content }
}

/**
 * What becomes of standard input: it gets its name when it is whole, so that a cut connection leaves no engine; of older
 * ones the last two stay, which may be running.
 */
const RECEIVE = `set -e
mkdir -p /opt/drydock
cat >"$1.$$"
if ! echo "$2  $1.$$" | sha256sum --check --status; then rm -f "$1.$$"; exit 9; fi
mv "$1.$$" "$1"
cd /opt/drydock
ls -t engine-*.cjs* | tail -n +4 | xargs -r rm -f`

/** Throws Problem when the VM can't be reached, or can't hold it. */
export async function pushEngine(place: VmPlace, { path, sha256, content }: EngineFile): Promise<void> {
  const command = ['sudo', '-n', 'sh', '-c', RECEIVE, 'sh', path, sha256]
  const { code, stderr } = await inVm(place, command, { input: content, timeout: PUSH })
  if (code === 0) return
  const why = code === 9 ? 'what arrived is not what was sent' : stderr.trim().slice(-300)
  throw new Problem({ what: 'the engine could not be brought into the VM', why, remedy: 'lab vm reset' })
}
