/**
 * Builds a component: in a host without network that sees a copy of the source and a cache, as a user that is neither
 * root nor the person. What comes out is kept by the digest of what went in.
 */
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { ComponentSpec, SourceFile } from '../protocol/index.ts'
import { Host, shellWord } from '../../checkers/kit/host/host.ts'
import { describeExit } from '../../checkers/kit/host/running.ts'
import { duration } from '../../checkers/kit/judge.ts'
import { Timeline } from '../../checkers/kit/timeline.ts'
import { makeFolder } from '../make-folder.ts'
import type { FoundToolchain } from './toolchain.ts'
import type { Workplace } from './workplace.ts'

/** A user id that no system hands out: systemd keeps 60578 to 61183 free (Users, Groups, UIDs and GIDs on systemd Systems). */
const BUILDER = 60990
const AMOUNTS = { memory: 3 * 2 ** 30, processes: 2048 }
/** ms on a fast laptop */
const LIMIT = 180_000

export interface BuildRequest {
  digest: string
  files: SourceFile[]
  spec: ComponentSpec
  toolchain: FoundToolchain | undefined
  /** name of the cache folder */
  cache: string
  hidden: string[]
}

export interface BuildTools {
  workplace: Workplace
  /** the machine's cache folder; undefined where none is writable */
  cacheRoot: string | undefined
  /** true root: can become another user */
  root: boolean
  factor(): number
  signal: AbortSignal
}

/** The build did not work; all three are for the person. */
export class BuildFailed extends Error {
  override readonly name = 'BuildFailed'
  constructor(
    readonly command: string,
    readonly ended: string,
    readonly output: string,
  ) {
    super(`${command} ${ended}`)
  }
}

/** A request's key: the same key is the same built component. */
export function buildKey(request: BuildRequest): string {
  const { digest, spec, toolchain } = request
  return createHash('sha256')
    .update(
      JSON.stringify([1, digest, spec.fetch, spec.build, toolchain?.version, toolchain?.environment, process.arch]),
    )
    .digest('hex')
}

/** Returns the folder of the built component. Throws BuildFailed. */
export async function build(request: BuildRequest, tools: BuildTools): Promise<{ folder: string; cached: boolean }> {
  const key = buildKey(request)
  const folder = `${tools.workplace.root}/built-${key}`
  if (existsSync(folder)) return { folder, cached: true }
  const kept = tools.cacheRoot === undefined ? undefined : join(tools.cacheRoot, 'built', key)
  if (kept !== undefined && existsSync(kept)) {
    copy(kept, folder)
    return { folder, cached: true }
  }
  const source = tools.workplace.folder('source')
  writeSource(source, request.files)
  if (tools.root) own(source, BUILDER)
  for (const step of ['fetch', 'build'] as const) {
    const argv = request.spec[step]
    if (argv !== undefined) await runStep(argv, source, step === 'fetch', request, tools)
  }
  if (tools.root) own(source, 0)
  copy(source, folder)
  rmSync(source, { recursive: true, force: true })
  if (kept !== undefined) keep(folder, kept)
  return { folder, cached: false }
}

function writeSource(folder: string, files: SourceFile[]): void {
  for (const file of files) {
    const path = join(folder, file.path)
    if (!path.startsWith(`${folder}/`)) throw new Error(`source path leaves its folder: ${file.path}`)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, Buffer.from(file.data, 'base64'))
    chmodSync(path, file.mode & 0o777)
  }
}

/** Gives a tree to a user and takes set-uid bits; symlinks are not followed, and special files are removed. */
function own(path: string, user: number): void {
  const info = lstatSync(path)
  if (info.isSymbolicLink()) return
  if (!info.isFile() && !info.isDirectory()) {
    rmSync(path)
    return
  }
  chownSync(path, user, user)
  chmodSync(path, (info.mode & 0o755) | 0o444 | (info.isDirectory() ? 0o111 : 0))
  if (info.isDirectory()) for (const name of readdirSync(path)) own(join(path, name), user)
}

const copy = (from: string, to: string): void => {
  const aside = `${to}.${process.pid}.aside`
  rmSync(aside, { recursive: true, force: true })
  cpSync(from, aside, { recursive: true, verbatimSymlinks: true })
  renameSync(aside, to)
}

/** Keeps a built component for later engines; a cache that can't be written costs time and nothing else. */
function keep(folder: string, kept: string): void {
  try {
    makeFolder(dirname(kept))
    copy(folder, kept)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    rmSync(`${kept}.${process.pid}.aside`, { recursive: true, force: true })
  }
}

async function runStep(
  argv: string[],
  source: string,
  network: boolean,
  request: BuildRequest,
  tools: BuildTools,
): Promise<void> {
  const cache = cacheFolder(request, tools)
  const { ground, release } = await tools.workplace.ground({
    name: 'build',
    toolchain: request.toolchain,
    hidden: request.hidden,
    binds: [
      { from: source, to: '/component', writable: true },
      { from: cache, to: '/cache', writable: true },
    ],
    amounts: AMOUNTS,
    environment: { HOME: '/tmp' },
    network,
  })
  const host = await Host.up('build', ground, new Timeline())
  try {
    const program = await host.start(argv, {
      cwd: '/component',
      privileges: tools.root
        ? [`--reuid=${BUILDER}`, `--regid=${BUILDER}`, '--clear-groups', '--inh-caps=-all', '--no-new-privs']
        : ['--bounding-set=-all', '--inh-caps=-all', '--no-new-privs'],
    })
    const ended = await Promise.race([program.exited, overOrCancelled(tools)])
    const shown = argv.map(shellWord).join(' ')
    const output = program.output
      .lines()
      .slice(-40)
      .map((line) => line.text)
      .join('\n')
    if (ended === 'over') throw new BuildFailed(shown, `did not end within ${duration(LIMIT * tools.factor())}`, output)
    if (ended === 'cancelled') throw new BuildFailed(shown, 'was cancelled', output)
    if (ended.code !== 0) throw new BuildFailed(shown, describeExit(ended), output)
  } finally {
    await host.down()
    release()
  }
}

/** The folder of the toolchain's own cache, which makes the next build fast. */
function cacheFolder(request: BuildRequest, tools: BuildTools): string {
  if (tools.cacheRoot !== undefined) {
    const folder = join(tools.cacheRoot, 'toolchains', request.cache)
    try {
      makeFolder(folder)
      if (tools.root) chownSync(folder, BUILDER, BUILDER)
      return folder
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
    }
  }
  const folder = tools.workplace.folder('cache')
  if (tools.root) chownSync(folder, BUILDER, BUILDER)
  return folder
}

function overOrCancelled(tools: BuildTools): Promise<'over' | 'cancelled'> {
  return new Promise((resolve) => {
    setTimeout(() => resolve('over'), LIMIT * tools.factor()).unref()
    if (tools.signal.aborted) resolve('cancelled')
    tools.signal.addEventListener('abort', () => resolve('cancelled'), { once: true })
  })
}
