/** What the target was tried with: vm/versions.yaml. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { parse } from 'yaml'

const Versions = v.object({
  limactl: v.string(),
  qemu: v.string(),
  debian: v.string(),
  packages: v.record(v.string(), v.string()),
})
export type Versions = v.InferOutput<typeof Versions>

/** `root`: the package's folder. */
export const triedVersions = (root: string): Versions =>
  v.parse(Versions, parse(readFileSync(join(root, 'vm', 'versions.yaml'), 'utf8')))
