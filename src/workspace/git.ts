/** What Drydock asks of git: a repository for a new workspace, and what it knows of a component. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** No git command here takes long; one that waits for something is given up, ms. */
const TIMEOUT = 20_000

/**
 * `git init` and a first commit, without hooks and signatures, and with the person's own identity where there is one.
 * Returns a note for the person when git is absent or refuses: a workspace does without.
 */
export async function makeRepository(dir: string): Promise<string | undefined> {
  try {
    const branch = await setting(dir, 'init.defaultBranch')
    await git(dir, [...(branch ? [] : ['-c', 'init.defaultBranch=main']), 'init', '--quiet', '--template='])
    await git(dir, ['add', '--all'])
    const identity = [
      ...(await fallback(dir, 'user.name', 'Drydock')),
      ...(await fallback(dir, 'user.email', 'drydock@localhost')),
    ]
    const plain = ['-c', 'commit.gpgSign=false', '-c', 'core.hooksPath=/dev/null']
    await git(dir, [...identity, ...plain, 'commit', '--quiet', '--no-verify', '--message', 'Begin'])
    return undefined
  } catch (error) {
    return `The workspace has no git repository yet: ${reason(error)}`
  }
}

/**
 * Hash and time of the last commit that changed `path`; undefined when there is none, no git, or when the repository is
 * not the workspace's own.
 */
export async function lastCommitOf(dir: string, path: string): Promise<string | undefined> {
  if (!existsSync(join(dir, '.git'))) return undefined
  try {
    return (await git(dir, ['log', '-1', '--format=%h of %cd', '--date=short', '--', path])).trim() || undefined
  } catch {
    return undefined // git is absent or refuses: the saved copy does without
  }
}

async function fallback(dir: string, key: string, value: string): Promise<string[]> {
  return (await setting(dir, key)) ? [] : ['-c', `${key}=${value}`]
}

async function setting(dir: string, key: string): Promise<string | undefined> {
  try {
    return (await git(dir, ['config', '--get', key])).trim() || undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 1) return undefined // git config: it is not set
    throw error
  }
}

async function git(dir: string, args: string[]): Promise<string> {
  const { stdout } = await run('git', args, { cwd: dir, timeout: TIMEOUT, env: gitEnvironment() })
  return stdout
}

/** Whoever runs us from a git hook has variables set that mean another repository. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const env = Object.entries(process.env).filter(
    ([key]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|COMMON_DIR|PREFIX|NAMESPACE)$/.test(key),
  )
  return { ...Object.fromEntries(env), GIT_TERMINAL_PROMPT: '0' }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'ENOENT') return 'git is not installed.'
  const said = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : ''
  return `git says: ${said.split('\n').at(-1) || error.message}`
}
