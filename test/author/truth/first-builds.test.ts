import { describe, expect, it } from 'vitest'
import { FirstBuilds } from '../../../src/author/truth/first-builds.ts'
import type { Toolchain } from '../../../src/protocol/index.ts'

const tools = (id: string): { toolchain: Toolchain } => ({
  toolchain: { id, program: id, locate: [], paths: [], env: {}, brought: [], install: '', needs: {} },
})

describe('first builds', () => {
  it('let no other build with their toolchain begin before they are over', async () => {
    const builds = new FirstBuilds()
    expect(builds.may(tools('go'))).toBe(true)
    const end = builds.begin(tools('go'))
    expect(builds.may(tools('go'))).toBe(false)
    expect(builds.may(tools('rust'))).toBe(true)
    expect(builds.may({ toolchain: undefined })).toBe(true)
    let over = false
    const waited = builds.over().then(() => (over = true))
    await Promise.resolve()
    expect(over).toBe(false)
    end()
    await waited
    expect(builds.may(tools('go'))).toBe(true)
  })

  it('are over once: a later build with the toolchain holds nobody up', async () => {
    const builds = new FirstBuilds()
    builds.begin(tools('go'))()
    builds.begin(tools('go'))
    expect(builds.may(tools('go'))).toBe(true)
    await builds.over()
  })
})
