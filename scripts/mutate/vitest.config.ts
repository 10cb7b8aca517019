/** The unit tests that judge mutants of the files named in stryker.config.js: they take less than five seconds together. */
import { defineConfig, mergeConfig } from 'vitest/config'
import usual from '../../vitest.config.ts'

const config = mergeConfig(usual, defineConfig({ test: { testTimeout: 10_000, reporters: ['default'] } }))
// Arrays are joined by mergeConfig, and `test/**` would stay.
if (config.test) config.test.include = ['test/kit/*.test.ts', 'test/engine/{bounds,schedule,startable}*.test.ts']

export default config
