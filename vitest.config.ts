import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')

/** It grades each lab of the course, for minutes: at the end nothing would run beside it. */
const LONGEST = /\/grade-course\.test\.ts$/

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((a, b) => Number(LONGEST.test(b.moduleId)) - Number(LONGEST.test(a.moduleId)))
  }
}

export default defineConfig({
  // Shell programs, prose and protos are files here and text in a bundle: the same for tests.
  plugins: [
    {
      name: 'files-as-text',
      enforce: 'pre',
      load: (id) =>
        /\.(?:sh|md|proto|yml)$/.test(id) ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))}` : undefined,
    },
  ],
  test: {
    include: ['test/**/*.test.ts'],
    // One real VM: npm run test:lima. Another release of etcd: npm run test:etcd.
    exclude: ['test/lima/**', 'test/etcd/**', 'node_modules/**'],
    // Those of a dependency, too: Node itself knows no such file.
    server: { deps: { inline: [/\.proto$/] } },
    // Tests start real programs: what is slow on a laptop is slower beside other tests.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // They wait more than they compute, on two processors too.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    // The parser of diagrams is installed once, and not into each test's own cache.
    env: { LAB_PACKAGES: process.env['LAB_PACKAGES'] ?? join(cache, 'drydock', 'packages') },
  },
})
