import { delimiter } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { Misbehaving } from '../targets/lima/misbehaving.ts'
import { build, run } from './built.ts'

beforeAll(build, 300_000)

/** An ssh that says what it was given, a word in brackets, and ends so. */
const SSH = 'printf \'[%s]\' "$@"; exit 7'

async function shell(ssh: string, ...words: string[]) {
  using programs = new Misbehaving({ ssh }, { alone: false })
  programs.make()
  const env = { PATH: [programs.bin, process.env['PATH']].join(delimiter), LIMA_HOME: `${programs.folder}/lima` }
  const { stdout, stderr, exitCode } = await run(['vm', 'shell', ...words], { env })
  return { stdout, stderr, exitCode }
}

test('words after -- are a command in the VM, quoted for its shell, and its exit code is passed on', async () => {
  const { stdout, exitCode } = await shell(SSH, '--', 'sh', '-c', "echo 'a b' --json")
  expect(stdout).toMatch(/\[lima-drydock\]\[--\]\[sh -c 'echo '\\''a b'\\'' --json'\]$/)
  expect(exitCode).toBe(7)
})

test('without words it is a login shell', async () => {
  expect((await shell(SSH)).stdout).toMatch(/\[--\]\[exec bash -l\]$/)
})

test('a VM that can not be reached is told, with what mends it', async () => {
  const { stderr, exitCode } = await shell('exit 255', '--', 'true')
  expect(stderr).toMatch(/the VM can not be reached/)
  expect(stderr).toMatch(/To mend\s+lab vm up/)
  expect(exitCode).toBe(3)
})
