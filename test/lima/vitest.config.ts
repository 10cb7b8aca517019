import { defineConfig, mergeConfig } from 'vitest/config'
import base from '../../vitest.config.ts'

/** npm run test:lima. One VM for all, in the order in which tests are written; what a laptop does in seconds takes it minutes. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: undefined, exclude: undefined } },
  defineConfig({
    test: {
      include: ['test/lima/**/*.test.ts'],
      exclude: [],
      fileParallelism: false,
      bail: 1,
      testTimeout: 900_000,
      hookTimeout: 1_200_000,
      reporters: ['verbose'],
    },
  }),
)
