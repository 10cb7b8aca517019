/** The labs over etcd, on a release that is not the one of their proofs: the same verdicts. */
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { killsOf, namesIn, provedLabs } from '../labs.ts'

const root = join(import.meta.dirname, '../..')
const ALL = process.env['LAB_ETCD_ALL'] === '1'
const DAY = Math.floor(Date.now() / 86_400_000)

const labs = provedLabs().filter((lab) => lab.startsWith('etcd/'))

/** One of them: another one each day. */
const today = (all: string[]): string[] => all.slice(DAY % all.length).slice(0, 1)

async function run(
  lab: string,
  ...subject: string[]
): Promise<{ code: number | undefined; notPassed: string[]; said: string }> {
  const argv = ['author', 'run', lab, ...subject, '--json']
  const { exitCode, stdout, stderr } = await execa(join(root, 'lab'), argv, { reject: false, stdin: 'ignore' })
  const { results = [] } = JSON.parse(stdout) as { results?: { check: string; verdict: string }[] }
  const notPassed = results.filter(({ verdict }) => verdict !== 'passed').map(({ check }) => check)
  return { code: exitCode, notPassed: notPassed.sort(), said: stdout + stderr }
}

it('etcd and etcdctl are of one release, and not the one that is installed', async () => {
  const [server, client] = await Promise.all([execa('etcd', ['--version']), execa('etcdctl', ['version'])])
  const { stdout: installed } = await execa('dpkg-query', ['-W', '-f', '${Version}', 'etcd-server'])
  const version = /\d+\.\d+\.\d+/.exec(server.stdout)?.[0] ?? ''
  console.log(`etcd ${version}, and ${installed} is installed`)
  expect(client.stdout).toContain(version)
  expect(installed).not.toContain(version)
  expect(labs.length).toBeGreaterThan(1)
})

describe.runIf(ALL).each(labs)('%s', (lab) => {
  it('has the verdicts of its proof: every solution, real tool and mutant', async () => {
    const argv = ['author', 'verify', lab, '--only', 'truth', '--no-cache']
    const { exitCode, stdout, stderr } = await execa(join(root, 'lab'), argv, { reject: false, stdin: 'ignore' })
    console.log(stdout)
    expect(exitCode, stdout + stderr).toBe(0)
  }, 3_600_000)
})

describe.skipIf(ALL).each(labs)('%s', (lab) => {
  it.each(today(namesIn(lab, 'solutions')))('passes with the solution %s', async (track) => {
    expect(await run(lab, '--solution', track)).toMatchObject({ code: 0, notPassed: [] })
  })
  it.each(today(namesIn(lab, 'oracles', '.yaml')))('passes with the real tool %s', async (oracle) => {
    expect(await run(lab, '--oracle', oracle)).toMatchObject({ code: 0, notPassed: [] })
  })
  it.each(today(namesIn(lab, 'mutants', '.patch')))(
    'fails with the mutant %s, in the checks that it names',
    async (mutant) => {
      const kills = killsOf(lab, mutant)
      // Whether they reject it, and not whether others do: each waits until its patience ends.
      const { code, notPassed, said } = await run(lab, ...kills, '--mutant', mutant)
      expect(notPassed, said).toEqual(kills)
      expect(code).toBe(1)
    },
  )
})
