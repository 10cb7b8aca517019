/** Whether the etcd that a check starts is there. */
import { lstatSync } from 'node:fs'
import { installLine, packagesOf } from '../../../src/packages.ts'
import type { Host } from '../host/host.ts'
import { EnvironmentFault } from '../outcome.ts'

/** Throws EnvironmentFault with the command that installs it. A symlink is not followed: its target is a path of the host. */
export function requireProgram(host: Host, program: string): void {
  const folders = program.includes('/')
    ? ['']
    : (host.entrance.environment['PATH'] ?? '').split(':').map((f) => `${f}/`)
  const found = folders.some(
    (folder) => lstatSync(host.path(folder + program), { throwIfNoEntry: false }) !== undefined,
  )
  if (found) return
  throw new EnvironmentFault(`${program} is not on this machine, and the checks run against a real etcd`, {
    remedy: installLine([packagesOf('etcd')], 'install etcd from your distribution'),
  })
}
