import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blockOf, findingOf, gapOf, type Gap } from '../../../src/cli/doctor/gap.ts'
import { cacheGap, inotifyGaps } from '../../../src/cli/doctor/places.ts'
import { installsFor, missingFor } from '../../../src/cli/tracks.ts'
import { packagesOf, type Machine } from '../../../src/packages.ts'
import { missingPrograms, PROGRAMS, requirePrograms } from '../../../src/targets/programs.ts'

const root: Machine = { manager: 'apt-get', root: '', listsEmpty: true }
const gap = (name: string, state: Gap['state'], machine: Machine = root): Gap =>
  gapOf({ name, state, text: '' }, [packagesOf(name)], 'see its site', machine)

describe('the block', () => {
  it('takes what is missing and what is absent together, but no language that another one stands in for', () => {
    const gaps = [gap('git', 'absent'), { ...gap('go', 'absent'), instead: true }, gap('cc', 'missing')]
    expect(blockOf(gaps, root)).toEqual({
      commands: ['apt-get update', 'apt-get install -y --no-install-recommends git gcc libc6-dev'],
      as: 'you',
    })
    expect(gaps.map((one) => findingOf(one).inBlock)).toEqual([true, undefined, true])
  })
  it('is root’s where this person has no sudo', () => {
    expect(blockOf([gap('git', 'absent')], { ...root, root: undefined })?.as).toBe('root')
  })
  it('leaves out what is not packaged; its remedy says what to do', () => {
    const brew: Machine = { manager: 'brew', root: undefined, listsEmpty: false }
    const strace = gap('strace', 'absent', brew)
    expect(blockOf([strace], brew)).toBeUndefined()
    expect(findingOf(strace)).toEqual({ name: 'strace', state: 'absent', text: '', remedy: 'see its site' })
  })
  it('is none where nothing is missing', () => {
    expect(blockOf([{ ...gap('git', 'absent'), state: 'present' }], root)).toBeUndefined()
  })
})

describe('a language', () => {
  it('lacks its own program and what builds with it run', () => {
    const [install, cc] = [
      { 'apt-get': 'cargo', other: 'x' },
      { 'apt-get': 'gcc', other: 'y' },
    ]
    const track = { program: 'cargo', brought: [], install, needs: { cc } } as unknown as Parameters<
      typeof missingFor
    >[0]
    expect(missingFor(track, (program) => (program === 'cc' ? undefined : program))).toEqual(['cc'])
    expect(missingFor(track, () => undefined)).toEqual(['cargo', 'cc'])
    expect(installsFor(track, ['cargo', 'cc'])).toEqual([install, cc])
    expect(installsFor(track, ['cc'])).toEqual([cc])
  })
})

describe('inotify', () => {
  it.each([
    ['100000', 0],
    ['128', 1],
    ['8', 2],
    ['not a number', 0],
  ])('limits of %s make %d findings', (limit, count) => {
    expect(inotifyGaps(() => limit)).toHaveLength(count)
  })
  it('says nothing where the kernel has none', () => {
    const none = (): string => {
      throw new Error('ENOENT')
    }
    expect(inotifyGaps(none)).toEqual([])
  })
})

describe('folders and programs', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'lab-doctor-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('a cache that is not there yet counts by the folder above it', () => {
    expect(cacheGap(join(folder, 'not', 'yet'))).toMatchObject({ name: 'cache', state: 'present' })
    expect(cacheGap('/proc/drydock')).toMatchObject({
      state: 'missing',
      remedy: expect.stringContaining('XDG') as string,
    })
  })

  it('a cache on a full file system says how much is needed', () => {
    // The file system of /sys has no blocks at all.
    expect(cacheGap('/sys/fs')).toMatchObject({ state: 'missing' })
  })

  it('programs of BusyBox count as missing, whatever they are called', () => {
    const busybox = join(folder, 'busybox')
    writeFileSync(busybox, '', { mode: 0o755 })
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    symlinkSync(busybox, join(bin, 'unshare'))
    symlinkSync(busybox, join(bin, 'mkfifo'))
    const missing = missingPrograms(bin)
    expect(missing).toContain('unshare')
    expect(missing).not.toContain('mkfifo')
    expect(PROGRAMS).toEqual(expect.arrayContaining(missing))
  })

  it('the engine is not started without its programs', () => {
    expect(() => requirePrograms([])).not.toThrow()
    expect(() => requirePrograms(['unshare', 'nsenter'])).toThrow(/unshare, nsenter are not on PATH/)
  })
})
