// npm run mutate: do our own tests fail when what they test is broken? Both halves, or one:
//   npm run mutate -- --pure      StrykerJS over the files that judge (stryker.config.js)
//   npm run mutate -- --impure    the written breakages (test/kit/breakages.yaml); --only NAME for one of them
// Broken code signals, mounts and removes: all of it runs in namespaces of its own, which end with it.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { argv, chalk } from 'zx'
import { tryBreakages } from './mutate/breakages.mjs'
import { inNamespaces } from './mutate/namespaces.mjs'

const root = resolve(import.meta.dirname, '..')

/** For maintainers alone, and larger than all else together: installed when it is first used, and never saved. */
const STRYKER = ['@stryker-mutator/core@9.6.1', '@stryker-mutator/vitest-runner@9.6.1']

function installed(program) {
  if (existsSync(program)) return true
  console.log(`installing ${STRYKER.join(' and ')}`)
  const args = ['install', '--no-save', '--no-audit', '--no-fund', ...STRYKER]
  return spawnSync('npm', args, { cwd: root, stdio: 'inherit' }).status === 0
}

/** Runs Stryker; true when the score is not below the threshold of its configuration. */
function stryker() {
  const program = resolve(root, 'node_modules/@stryker-mutator/core/bin/stryker.js')
  if (!installed(program)) return false
  const [command, ...args] = inNamespaces([process.execPath, program, 'run'])
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0
}

const begin = Date.now()
const both = !argv.pure && !argv.impure && argv.only === undefined
const results = []
if (both || argv.impure || argv.only !== undefined) results.push(await tryBreakages(root, argv.only))
if (both || argv.pure) results.push(stryker())
console.log(`took ${((Date.now() - begin) / 60_000).toFixed(1)} min`)
if (!results.every(Boolean)) {
  console.log(chalk.red('something survived: write the test that kills it, or say in docs/mutation.md why none can'))
  process.exitCode = 1
}
