/** What makes the VM one that grades: the folder vm/provision/, brought into it and run there. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { Problem } from '../../problem.ts'
import type { VmPlace } from './place.ts'
import { BROKEN, sshArgv, Unreachable } from './ssh.ts'

/** ms: half a gigabyte of packages over a slow line, on a machine that may be emulated */
const PATIENCE = 3_600_000

/** As vm/provision/provision.sh computes it: of all files, in the order of their names. */
export function provisioningDigest(root: string): string {
  const hash = createHash('sha256')
  for (const { content } of provisioningFiles(root)) hash.update(content)
  return hash.digest('hex').slice(0, 16)
}

export interface ProvisioningFile {
  name: string
  content: Buffer
}

/** `root`: the package's folder. */
export function provisioningFiles(root: string): ProvisioningFile[] {
  const folder = join(root, 'vm', 'provision')
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, content: readFileSync(join(folder, name)) }))
}

/** A shell program that makes the folder anew and runs it; on standard input, since it may be longer than an argument. */
export function provisioningScript(files: readonly ProvisioningFile[]): string {
  const lines = files.map(
    ({ name, content }) =>
      `base64 -d >'${name}' <<'END'\n${content.toString('base64').replace(/(.{76})/g, '$1\n')}\nEND`,
  )
  return ['set -e', 'cd "$(mktemp -d)"', `trap 'rm -r "$PWD"' EXIT`, ...lines, 'sh ./provision.sh', ''].join('\n')
}

/**
 * Makes the VM one that grades. What is there already is not done again; cut off, it goes on the next time. `onStep` is
 * called with the name of each step. Throws Problem with the end of the log when a step fails.
 */
export async function provision(place: VmPlace, root: string, onStep: (name: string) => void): Promise<void> {
  const [program = '', ...args] = sshArgv(place, ['sudo', '-n', 'sh', '-s'])
  const child = execa(program, args, {
    input: provisioningScript(provisioningFiles(root)),
    reject: false,
    timeout: PATIENCE,
    cwd: '/',
  })
  const said: string[] = []
  for await (const line of child) {
    const step = /^step (\w+)$/.exec(line)?.[1]
    if (step === undefined) said.push(line)
    else if (step !== 'done') onStep(step)
  }
  const { exitCode, stderr, timedOut } = await child
  if (exitCode === 0) return
  if (exitCode === BROKEN || timedOut) throw new Unreachable(timedOut ? 'provisioning took too long' : stderr.trim())
  throw new Problem({
    what: 'the VM could not be set up',
    why: [...said, stderr.trim().slice(-300)].filter(Boolean).join('\n'),
    remedy: 'lab vm up   goes on where it stopped; lab vm delete begins anew',
  })
}
