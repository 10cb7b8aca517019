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

// mergeConfig joins arrays, and `test/**` would stay.
const { include: _, ...rest } = usual.test ?? {}

export default mergeConfig(
  { ...usual, test: rest },
  {
    plugins: [processes],
    test: {
      include: ['test/kit/*.test.ts', 'test/engine/{bounds,schedule,startable}*.test.ts'],
      testTimeout: 10_000,
    },
  },
)
