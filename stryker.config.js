// Mutation of the files that judge, by StrykerJS: see docs/mutation.md. `npm run mutate` calls it.
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const scratch = join(tmpdir(), `drydock-mutate-${process.getuid()}`)

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'scripts/mutate/vitest.config.ts' },
  mutate: [
    'checkers/kit/*.ts',
    'checkers/kit/host/{executed,running,terminal,view}.ts',
    'src/engine/{bounds-hit,network-remedy,schedule,startable}.ts',
    '!**/*.d.ts',
  ],
  // Outside of the checkout: nothing to ignore for git, ESLint and the formatter, and nothing to commit by mistake.
  tempDirName: join(scratch, 'sandbox'),
  jsonReporter: { fileName: join(scratch, 'mutation.json') },
  htmlReporter: { fileName: join(scratch, 'mutation.html') },
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  // Below it `npm run mutate` fails; docs/mutation.md explains what survives.
  thresholds: { high: 97, low: 95, break: 95 },
  clearTextReporter: { allowColor: false, reportTests: false },
  ignorePatterns: ['bin', 'dist', 'dist.*', 'docs', 'lab', 'labs', 'work', 'checkers/linux'],
  // A mutant that never ends is cut off after its tests' usual time and this much (ms).
  timeoutMS: 5000,
  concurrency: 2,
  coverageAnalysis: 'perTest',
  allowEmpty: false,
}
