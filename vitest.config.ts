import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests start real programs: what is slow on a laptop is slower beside other tests.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
