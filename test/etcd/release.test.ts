/** The labs over etcd, on a release that is not the one of their proofs: the same verdicts. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const ALL = process.env['LAB_ETCD_ALL'] === '1'
const DAY = Math.floor(Date.now() / 86_400_000)

const names = (lab: string, folder: string, end = ''): string[] =>
  readdirSync(join(root, 'labs', lab, folder))
    .filter((name) => name.endsWith(end))
    .map((name) => name.slice(0, name.length - end.length))
    .sort()

/** All of them, or one: another one each day. */
const part = (all: string[]): string[] => (ALL ? all : all.slice(DAY % all.length).slice(0, 1))

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

/** The checks that a mutant's header names. */
const killsOf = (lab: string, mutant: string): string[] =>
  (/^Kills: (.*)$/m.exec(readFileSync(join(root, 'labs', lab, 'mutants', `${mutant}.patch`), 'utf8'))?.[1] ?? '')
    .split(', ')
    .sort()

it('etcd and etcdctl are of one release, and not the one that is installed', async () => {
  const [server, client] = await Promise.all([execa('etcd', ['--version']), execa('etcdctl', ['version'])])
  const { stdout: installed } = await execa('dpkg-query', ['-W', '-f', '${Version}', 'etcd-server'])
  const version = /\d+\.\d+\.\d+/.exec(server.stdout)?.[0] ?? ''
  console.log(`etcd ${version}, and ${installed} is installed`)
  expect(client.stdout).toContain(version)
  expect(installed).not.toContain(version)
})

describe.each(names('etcd', '.'))('etcd/%s', (name) => {
  const lab = `etcd/${name}`
  it.each(part(names(lab, 'solutions')))('passes with the solution %s', async (track) => {
    expect(await run(lab, '--solution', track)).toMatchObject({ code: 0, notPassed: [] })
  })
  it.each(part(names(lab, 'oracles', '.yaml')))('passes with the real tool %s', async (oracle) => {
    expect(await run(lab, '--oracle', oracle)).toMatchObject({ code: 0, notPassed: [] })
  })
  it.each(part(names(lab, 'mutants', '.patch')))(
    'fails with the mutant %s, in the checks that it names',
    async (mutant) => {
      const kills = killsOf(lab, mutant)
      // Of one a day it is asked whether they reject it, and not whether others do: each waits until its patience ends.
      const checks = ALL ? [] : kills
      const { code, notPassed, said } = await run(lab, ...checks, '--mutant', mutant)
      expect(notPassed, said).toEqual(kills)
      expect(code).toBe(1)
    },
  )
})
