/** The unit tests that judge mutants of the files named in stryker.config.js: they take less than five seconds together. */
import { mergeConfig } from 'vitest/config'
import type { Vite } from 'vitest/node'
import usual from '../../vitest.config.ts'

/**
 * Stryker asks for worker threads. Node closes what it takes for descriptors that a thread has left open (worker_threads,
 * trackUnmanagedFds), among them those that a Socket has closed meanwhile: a process each, then.
 */
const processes: Vite.Plugin = {
  name: 'processes',
  configureVitest: ({ project }) => void (project.config.pool = 'forks'),
}

const config = mergeConfig(usual, { plugins: [processes], test: { testTimeout: 10_000 } })
// Arrays are joined by mergeConfig, and `test/**` would stay.
if (config.test) config.test.include = ['test/kit/*.test.ts', 'test/engine/{bounds,schedule,startable}*.test.ts']

export default config
