/** Where the VM is kept on this machine: a Lima instance of one name, in Lima's own folder. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface VmPlace {
  /** of the Lima instance */
  name: string
  /** the instance's folder, whether or not it is there */
  dir: string
  /** written by Lima at each start: the port changes */
  sshConfig: string
}

/** LIMA_HOME as limactl reads it; the instance's folder is named after it. */
export function vmPlace(environment: NodeJS.ProcessEnv = process.env): VmPlace {
  const name = 'drydock'
  const home = environment['LIMA_HOME'] ?? ''
  const dir = join(home === '' ? join(homedir(), '.lima') : home, name)
  return { name, dir, sshConfig: join(dir, 'ssh.config') }
}

/** Whether the VM was made, in whatever state it is. */
export const isMade = ({ dir }: VmPlace): boolean => existsSync(join(dir, 'lima.yaml'))
