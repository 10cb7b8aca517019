// Applies each breakage of test/kit/breakages.yaml to a scratch copy of the checkout and runs the test that must fail.
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { $, chalk } from 'zx'
import { parse } from 'yaml'
import { inNamespaces } from './namespaces.mjs'

/** Cuts off what a breakage makes hang, ms; a test that does not end has failed. */
const HANG = 10_000
/** ms for a whole run */
const MOST = 90_000

/** What bounds hosts here, as src/engine/bounds.ts finds it: some breakages need cgroups. */
function boundsHere() {
  if (process.getuid() !== 0) return 'rlimit'
  return existsSync('/sys/fs/cgroup/cgroup.controllers') ? 'cgroup2' : 'cgroup1'
}

/** A copy of what git knows or would know, with the packages of this checkout. */
async function copyOf(root) {
  const copy = await mkdtemp(join(tmpdir(), 'drydock-breakages-'))
  const { stdout } = await $({ cwd: root, quiet: true })`git ls-files --cached --others --exclude-standard -z`
  const parts = ['checkers', 'scripts', 'src', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts']
  const files = stdout.split('\0').filter((file) => parts.includes(file.split('/')[0]) && existsSync(join(root, file)))
  for (const file of files) await cp(join(root, file), join(copy, file))
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  await mkdir(join(copy, 'tmp'))
  return copy
}

/** Runs the tests of a file whose names hold `name`; the names of those that passed and failed. */
async function run(copy, file, name) {
  const report = join(copy, 'report.json')
  await rm(report, { force: true })
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const args = ['--testNamePattern', escaped, `--testTimeout=${HANG}`, '--reporter=json', `--outputFile=${report}`]
  const vitest = join(copy, 'node_modules/vitest/vitest.mjs')
  const command = inNamespaces([process.execPath, vitest, 'run', file, ...args])
  const { stderr } = await $({
    cwd: copy,
    env: { ...process.env, TMPDIR: join(copy, 'tmp') }, // what a test that is cut off leaves goes with the copy
    quiet: true,
    nothrow: true,
    timeout: MOST,
    timeoutSignal: 'SIGKILL',
  })`${command}`
  if (!existsSync(report))
    return { passed: [], failed: [], hooksFailed: false, said: stderr.trim().split('\n').at(-1) ?? '' }
  const files = JSON.parse(readFileSync(report, 'utf8')).testResults
  const tests = files.flatMap((one) => one.assertionResults)
  const hooksFailed =
    files.some(({ status }) => status === 'failed') && !tests.some(({ status }) => status === 'failed')
  const named = (status) =>
    tests.filter((test) => test.status === status && test.title.includes(name)).map(({ title }) => title)
  return { passed: named('passed'), failed: named('failed'), hooksFailed, said: '' }
}

/** "killed", or what is wrong. `whole` are the names of the tests that pass on unbroken code. The copy is as before afterwards. */
async function tryOne(copy, whole, { file, replace, by, test: [testFile, name] }) {
  const path = join(copy, file)
  const text = readFileSync(path, 'utf8')
  const found = text.split(replace).length - 1
  if (found !== 1) return `does not apply: ${file} holds the text ${found} times`
  const passing = whole.filter((title) => title.includes(name)).length
  if (passing !== 1) return `says nothing: unbroken, ${passing} tests of that name pass`
  await writeFile(
    path,
    text.replace(replace, () => by),
  )
  try {
    const broken = await run(copy, testFile, name)
    // A hook that fails (the host does not come up) fails the test with it; its status is "skipped" then.
    if (broken.failed.length === 1 || (broken.passed.length === 0 && broken.hooksFailed)) return 'killed'
    return broken.passed.length === 1 ? 'survived' : `says nothing: the test did not run ${broken.said}`
  } finally {
    await writeFile(path, text)
  }
}

/** Tries all breakages, or the one that is named; true when each is killed. */
export async function tryBreakages(root, only) {
  const all = parse(readFileSync(join(root, 'test/kit/breakages.yaml'), 'utf8'))
  const chosen = only === undefined ? all : all.filter(({ name }) => name === only)
  if (chosen.length === 0) throw new Error(`test/kit/breakages.yaml has no breakage ${only}`)
  const bounds = boundsHere()
  const counts = { killed: 0, left: 0, wrong: 0 }
  const copy = await copyOf(root)
  const whole = new Map()
  try {
    for (const file of new Set(chosen.map(({ test }) => test[0]))) whole.set(file, (await run(copy, file, '')).passed)
    for (const breakage of chosen) {
      if (breakage.needs !== undefined && !bounds.startsWith(breakage.needs)) {
        counts.left += 1
        console.log(`- ${breakage.name}: left out, it needs ${breakage.needs} and this machine has ${bounds}`)
        continue
      }
      const result = await tryOne(copy, whole.get(breakage.test[0]) ?? [], breakage)
      if (result === 'killed') counts.killed += 1
      else counts.wrong += 1
      console.log(result === 'killed' ? `✓ ${breakage.name}` : chalk.red(`✗ ${breakage.name}: ${result}`))
      if (result !== 'killed') console.log(`  it lets ${breakage.lets}; ${breakage.test.join(', ')}`)
    }
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
  console.log(`${counts.killed} of ${counts.killed + counts.wrong} breakages killed, ${counts.left} left out`)
  return counts.wrong === 0
}
