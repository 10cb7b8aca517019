/** Which course a CI job takes: a repository, at a commit. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { EXIT, Problem } from '../../problem.ts'
import { gitEnvironment } from '../../workspace/git.ts'

export interface From {
  url: string
  /** sha1, 40 hex digits: a branch may mean something else tomorrow */
  commit: string
}

/** Nothing that a shell or YAML reads as more than a letter, between single quotes. */
const URL_FORM = /^[A-Za-z0-9][\w.:/@~+%-]*$|^\/[\w.:/@~+%-]+$/

/** `URL@COMMIT`. Throws Problem (wrong usage). */
export function parseFrom(said: string): From {
  const at = said.lastIndexOf('@')
  const [url, commit] = at < 0 ? [said, ''] : [said.slice(0, at), said.slice(at + 1)]
  if (URL_FORM.test(url) && /^[0-9a-f]{40}$/.test(commit)) return { url, commit }
  throw new Problem(
    {
      what: `--from takes a repository and a whole commit, not "${said}".`,
      why: 'A branch or a tag may mean another course tomorrow, and other points.',
      remedy: 'lab ci init --from https://example.org/drydock.git@COMMIT   where git rev-parse HEAD prints COMMIT',
    },
    EXIT.usage,
  )
}

/** The origin and the commit of the clone that lab runs from. Throws Problem (wrong usage) when it is none. */
export async function fromClone(root: string): Promise<From> {
  try {
    const [url, commit] = [await git(root, 'remote', 'get-url', 'origin'), await git(root, 'rev-parse', 'HEAD')]
    return parseFrom(`${readable(url)}@${commit}`)
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem(
      {
        what: 'A CI job has to know which course it takes.',
        where: root,
        why: 'lab does not run from a clone with an origin.',
        remedy: 'lab ci init --from URL@COMMIT',
      },
      EXIT.usage,
    )
  }
}

/** A job has no key of yours: `git@host:owner/name` is read through https. */
const readable = (url: string): string => url.replace(/^(?:ssh:\/\/)?git@([^:/]+)[:/]/, 'https://$1/')

async function git(dir: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', args, { cwd: dir, env: gitEnvironment(), timeout: 20_000 })
  return stdout.trim()
}
