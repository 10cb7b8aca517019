/** What a person has set for downloads, on the machine where `lab` runs: a proxy, a registry. It reaches `fetch` alone. */
import { execa } from 'execa'
import type { Downloads, Toolchain } from '../protocol/index.ts'

/** curl(1), "ENVIRONMENT", and all that followed it; some programs read one spelling alone. */
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()])

/** ms; a tool that does not answer has no settings */
const PATIENCE = 10_000

/**
 * Variables for a fetch: the proxies that are set in `environment`, and for each variable of the toolchain's `downloads`
 * what its command prints; null, which unsets it, where that prints nothing or fails.
 */
export async function findDownloads(
  toolchain: Toolchain | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<Downloads> {
  const found: Downloads = toolchain === undefined ? {} : { ...(await settingsOf(toolchain, environment)) }
  for (const name of PROXIES) {
    const value = environment[name]
    if (value !== undefined && value !== '') found[name] = value
  }
  return found
}

/** Answers: a repeat that runs one request many times asks once. */
const answers = new WeakMap<Toolchain, Promise<Downloads>>()

function settingsOf(toolchain: Toolchain, environment: NodeJS.ProcessEnv): Promise<Downloads> {
  const answer = answers.get(toolchain) ?? ask(toolchain, environment)
  answers.set(toolchain, answer)
  return answer
}

async function ask({ downloads = {} }: Toolchain, environment: NodeJS.ProcessEnv): Promise<Downloads> {
  const asked = Object.entries(downloads).map(async ([name, [program = '', ...args]]) => {
    // Where no go.mod or package.json of the person's has a say.
    const options = { cwd: '/', env: environment, extendEnv: false, reject: false, timeout: PATIENCE }
    const { failed, stdout } = await execa(program, args, options)
    return [name, failed || stdout.trim() === '' ? null : stdout.trim()] as const
  })
  return Object.fromEntries(await Promise.all(asked))
}
