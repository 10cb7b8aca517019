/** What makes the VM one that grades: the folder vm/provision/, brought into it and run there. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

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
