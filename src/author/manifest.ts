/** What a lab's bundled checkers hold, as the build has written it beside them. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { EXIT, Problem } from '../problem.ts'

const Manifest = v.object({
  /** what the target must offer: `namespaces`, `root`, `cgroup2` … */
  requires: v.array(v.string()),
  /** in the order of the code; `limit` in ms on a fast laptop; `varies` are regular expressions */
  checks: v.record(v.string(), v.object({ alone: v.boolean(), limit: v.number(), varies: v.array(v.string()) })),
  /** paths of the modules that the bundle was made from, relative to the folder that was built */
  modules: v.array(v.string()),
  /** of a course that is lent Drydock's kit: sha256 over what its checkers use of it, hex */
  lent: v.optional(v.string()),
})
export type Manifest = v.InferOutput<typeof Manifest>

/** `checkers` is the path of the bundle. Throws Problem when there is no manifest beside it, or one of another form. */
export function readManifest(checkers: string): Manifest {
  const path = checkers.replace(/\.cjs$/, '.json')
  const remedy = 'npm run build   in the folder of lab writes it'
  if (!existsSync(path)) throw new Problem({ what: 'The checkers have no manifest.', where: path, remedy })
  try {
    return v.parse(Manifest, JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Problem({ what: "The checkers' manifest can not be read.", where: path, why, remedy }, EXIT.bug)
  }
}

/** sha256 over the modules as they are in `root`, hex. */
export function modulesDigest({ modules, lent }: Manifest, root: string): string {
  const hash = createHash('sha256')
  if (lent !== undefined) hash.update(`lent\0${lent}\0`)
  for (const path of modules) {
    const content = existsSync(join(root, path)) ? readFileSync(join(root, path)) : Buffer.from('gone')
    hash.update(`${path}\0${String(content.length)}\0`).update(content)
  }
  return hash.digest('hex')
}
