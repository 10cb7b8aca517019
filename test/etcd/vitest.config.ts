import { defineConfig, mergeConfig } from 'vitest/config'
import base from '../../vitest.config.ts'

/** npm run test:etcd. One run after the other: each uses all processors. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: undefined, exclude: undefined } },
  defineConfig({
    test: {
      include: ['test/etcd/**/*.test.ts'],
      exclude: [],
      fileParallelism: false,
      testTimeout: 600_000,
      hookTimeout: 600_000,
      reporters: ['verbose'],
    },
  }),
)
