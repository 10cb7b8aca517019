/** The engine's own tools inside a host: in its network, or in its mounts, with the engine's rights. */
import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { installLine, packagesOf } from '../../../src/packages.ts'
import type { Host } from '../host/host.ts'
import { EnvironmentFault } from '../outcome.ts'

/** A namespace of the host as a file (namespaces(7)): `host.path('')` is the root of its process 1 in /proc. */
export const namespaceOf = (host: Host, kind: 'net' | 'mnt'): string => `${dirname(host.path(''))}/ns/${kind}`

/** pid of the host's process 1, as the engine sees it: by that ip(8) names a network namespace. */
export const processOf = (host: Host): string => dirname(host.path('')).split('/').at(-1) ?? ''

/** Runs a tool of the machine in the host's network; returns what it printed. Throws EnvironmentFault when it fails. */
export const inNetwork = (host: Host, argv: readonly string[]): Promise<string> =>
  run(['nsenter', `--net=${namespaceOf(host, 'net')}`, '--', ...argv], argv)

/** Runs a tool of the machine among the host's mounts; paths are the host's. */
export const inMounts = (host: Host, argv: readonly string[]): Promise<string> =>
  run(['nsenter', `--mount=${namespaceOf(host, 'mnt')}`, '--', ...argv], argv)

/** Runs a tool of the machine. Throws EnvironmentFault with its words when it is missing or fails. */
export function run([program = '', ...args]: readonly string[], shown: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else
        reject(
          new EnvironmentFault(`${shown.join(' ')} failed`, {
            why: stderr.trim() || error.message,
            remedy: missing(stderr) ?? 'lab doctor',
          }),
        )
    })
  })
}

/** What installs the tool, where nsenter(1) did not find it. */
function missing(stderr: string): string | undefined {
  const program = /failed to execute (\S+): No such file/.exec(stderr)?.[1]
  return program === undefined ? undefined : installLine([packagesOf(program)], `install ${program}`)
}
