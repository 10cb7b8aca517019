// Folders that are made once for what they are made of, and kept in the user's cache.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The XDG rule, and /var/cache for root: the same as src/targets/local.ts, so that a VM's user can read it. */
export function cacheFolder(environment = process.env, root = process.getuid?.() === 0) {
  const base = environment.XDG_CACHE_HOME
  if (base?.startsWith('/')) return join(base, 'drydock', 'vm')
  return root ? '/var/cache/drydock/vm' : join(homedir(), '.cache', 'drydock', 'vm')
}

/** Digest of texts and of files (folders: of all files in them, in order of their paths). */
export async function digestOf(paths, texts = []) {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(`${text}\0`)
  for (const path of paths) await add(hash, path, '')
  return hash.digest('hex').slice(0, 16)
}

async function add(hash, path, name) {
  if (!(await stat(path)).isDirectory()) {
    hash
      .update(`${name}\0`)
      .update(await readFile(path))
      .update('\0')
    return
  }
  for (const entry of (await readdir(path)).sort()) await add(hash, join(path, entry), `${name}/${entry}`)
}

/** The folder NAME-KEY of the cache. Where it is missing, `make` fills another one first, which then gets that name. */
export async function kept(name, key, make) {
  const folder = join(cacheFolder(), `${name}-${key}`)
  if (existsSync(folder)) return folder
  await removeStale(name)
  const unfinished = `${folder}.tmp.${process.pid}`
  await mkdir(unfinished, { recursive: true })
  try {
    await chmod(unfinished, 0o755)
    await make(unfinished)
    await rename(unfinished, folder)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  return folder
}

/** What a build that was killed left; and of those for other content all but the last one used, since each takes gigabytes. */
async function removeStale(name) {
  const all = (await readdir(cacheFolder()).catch(() => [])).filter((entry) => entry.startsWith(`${name}-`))
  const builds = all.filter((entry) => entry.includes('.tmp.'))
  const dead = builds.filter((entry) => !existsSync(`/proc/${entry.split('.').at(-1)}`))
  const made = await Promise.all(
    all
      .filter((entry) => !builds.includes(entry))
      .map(async (entry) => [entry, (await stat(join(cacheFolder(), entry))).mtimeMs]),
  )
  const old = made
    .toSorted((a, b) => b[1] - a[1])
    .slice(1)
    .map(([entry]) => entry)
  for (const entry of [...dead, ...old]) await rm(join(cacheFolder(), entry), { recursive: true, force: true })
}
