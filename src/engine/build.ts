/**
 * Builds a component: in a host without network that sees a copy of the source and a cache, as a user that is neither
 * root nor the person. What comes out is kept by the digest of what went in.
 */
import { createHash } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, statfsSync, writeFileSync } from 'node:fs'
import { machine, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import type { ComponentSpec, Downloads, SourceFile } from '../protocol/index.ts'
import { Host, shellWord } from '../../checkers/kit/host/host.ts'
import { describeExit, type Running } from '../../checkers/kit/host/running.ts'
import { duration } from '../../checkers/kit/judge.ts'
import { EnvironmentFault } from '../../checkers/kit/outcome.ts'
import { Timeline } from '../../checkers/kit/timeline.ts'
import { describeBoundsHit, readBoundsHit } from './bounds-hit.ts'
import { copyTree, keep, run, settle } from './built-tree.ts'
import { resolver, withDownloads } from './downloads.ts'
import { FETCH_REMEDY, remedyFor, unreachable } from './network-remedy.ts'
import { thisKernel, whyNotBuildable } from './startable.ts'
import { makeFolder } from '../make-folder.ts'
import type { FoundToolchain } from './toolchain.ts'
import type { Workplace } from './workplace.ts'

/** A user id that no system hands out: systemd keeps 60578 to 61183 free (Users, Groups, UIDs and GIDs on systemd Systems). */
const BUILDER = 60990
const AMOUNTS = { processes: 2048 }
/** Files in the component's folder */
const FILES = 100_000
/**
 * Room (bytes) and files of a cache that ends with the engine. Half of the machine's memory, where that is less, is what
 * a tmpfs has without a bound: the engine's own folder, in which nobody else may fill up.
 */
const CACHE = { room: 4 * 2 ** 30, files: 2 * FILES }
/**
 * How long a step may take (ms on a fast laptop), its memory, and the room of the component's folder with what a build
 * makes (bytes): that is in the machine's memory too.
 */
export const BUILD_MOST = { ms: 180_000, memory: 3 * 2 ** 30, room: 2 ** 30 }

export interface BuildRequest {
  digest: string
  files: SourceFile[]
  spec: ComponentSpec
  toolchain: FoundToolchain | undefined
  /** the person's settings for `fetch` */
  downloads?: Downloads | undefined
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
  most: typeof BUILD_MOST
  signal: AbortSignal
}

/** The build did not work, or what it made can't be started; all of it is for the person. */
export class BuildFailed extends Error {
  override readonly name = 'BuildFailed'
  constructor(
    readonly text: {
      step: 'fetch' | 'build' | 'run'
      command: string
      /** words that follow the command */
      ended: string
      output: string
      remedy?: string | undefined
    },
  ) {
    super(`${text.command} ${text.ended}`)
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

/** Returns the folder of the built component. Throws BuildFailed, and EnvironmentFault when a fetch has no network. */
export async function build(request: BuildRequest, tools: BuildTools): Promise<{ folder: string; cached: boolean }> {
  const key = buildKey(request)
  const folder = `${tools.workplace.root}/built-${key}`
  if (existsSync(folder)) return { folder, cached: true }
  const kept = tools.cacheRoot === undefined ? undefined : join(tools.cacheRoot, 'built', key)
  await tools.workplace.bounded(folder, { size: tools.most.room, files: FILES })
  try {
    if (kept !== undefined && existsSync(kept)) {
      await copyTree(kept, folder)
      return { folder, cached: true }
    }
    writeSource(folder, request.files)
    if (tools.root) await run('chown', ['-hR', `${BUILDER}:${BUILDER}`, folder])
    const cache = await cacheFolder(request, tools)
    for (const step of ['fetch', 'build'] as const) {
      const argv = request.spec[step]
      if (argv !== undefined) await runStep(step, argv, { source: folder, cache }, request, tools)
    }
    await settle(folder, tools.root)
  } catch (error) {
    await tools.workplace.drop(folder)
    throw error
  }
  if (kept !== undefined) await keep(folder, kept)
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

async function runStep(
  step: 'fetch' | 'build',
  argv: string[],
  { source, cache }: { source: string; cache: string },
  request: BuildRequest,
  tools: BuildTools,
): Promise<void> {
  const command = argv.map(shellWord).join(' ')
  const programs = tools.workplace.programs(request.toolchain)
  const cannot = whyNotBuildable(step, argv, source, programs, thisKernel(machine()))
  if (cannot !== undefined) {
    throw new BuildFailed({ step, command, ended: cannot.why, output: '', remedy: cannot.remedy })
  }
  const fetches = step === 'fetch'
  const { downloads = {} } = fetches ? request : {}
  const { toolchain } = request
  const amounts = { ...AMOUNTS, memory: tools.most.memory }
  const { ground, release } = await tools.workplace.ground({
    name: 'build',
    toolchain: toolchain && { ...toolchain, environment: withDownloads(toolchain.environment, downloads) },
    hidden: request.hidden,
    binds: [
      { from: source, to: '/component', writable: true },
      { from: cache, to: '/cache', writable: true },
      ...(fetches ? resolver(tools.workplace) : []),
    ],
    amounts,
    environment: withDownloads({ HOME: '/tmp' }, downloads),
    network: fetches,
  })
  const host = await Host.up('build', ground, new Timeline())
  let program: Running
  let cut: string | undefined
  try {
    program = await host.start(argv, {
      cwd: '/component',
      privileges: tools.root
        ? [`--reuid=${BUILDER}`, `--regid=${BUILDER}`, '--clear-groups', '--inh-caps=-all', '--no-new-privs']
        : ['--bounding-set=-all', '--inh-caps=-all', '--no-new-privs'],
    })
    // What it left in the background ends with the host, and is no reason to wait.
    cut = await Promise.race([program.gone.then(() => undefined), overOrCancelled(tools)])
  } finally {
    await host.down()
  }
  const hit = describeBoundsHit(readBoundsHit(ground.cgroups), amounts, "the build's")
  release()
  const exit = await program.exited
  if (cut === undefined && exit.code === 0) return
  const output = program.output
    .lines()
    .slice(-40)
    .map((line) => line.text)
    .join('\n')
  const noNetwork = fetches ? unreachable(output) : undefined
  if (noNetwork !== undefined) {
    const what = `"${command}", which is fetch: in component.yaml, did not reach the network`
    throw new EnvironmentFault(what, { why: noNetwork, remedy: FETCH_REMEDY })
  }
  throw new BuildFailed({
    step,
    command,
    ended: [cut ?? describeExit(exit), ...hit, ...full(source, tools.most.room)].join('; '),
    output,
    remedy: cut === undefined ? remedyFor(step, output, request.spec.fetch !== undefined) : undefined,
  })
}

/** Whether the component's folder has no room left, in words. */
function full(folder: string, room: number): string[] {
  const { bavail, bsize, ffree } = statfsSync(folder)
  if (bavail * bsize < room / 1000) return [`its folder is full: ${room / 2 ** 20} MiB is the limit`]
  return ffree > 0 ? [] : [`its folder is full: ${FILES} files is the limit`]
}

/** The folder of the toolchain's own cache, which makes the next build fast; what is thrown away with the engine is bounded. */
async function cacheFolder(request: BuildRequest, tools: BuildTools): Promise<string> {
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
  const folder = tools.workplace.place('cache')
  await tools.workplace.bounded(folder, { size: Math.min(CACHE.room, totalmem() / 2), files: CACHE.files })
  if (tools.root) chownSync(folder, BUILDER, BUILDER)
  return folder
}

/** Why the step was cut short, in words that follow its command. */
function overOrCancelled(tools: BuildTools): Promise<string> {
  const { signal } = tools
  const most = tools.most.ms * tools.factor()
  return new Promise((resolve) => {
    setTimeout(() => resolve(`did not end within ${duration(most)}, and was ended`), most).unref()
    const cancel = (): void => resolve('was cancelled')
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel, { once: true })
  })
}
