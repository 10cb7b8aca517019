import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { machine, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countIn, describeBoundsHit } from '../../src/engine/bounds-hit.ts'
import { networkRemedy } from '../../src/engine/network-remedy.ts'
import { thisKernel, whyNotKind, whyNotStartable } from '../../src/engine/startable.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'startable-'))
  mkdirSync(join(folder, 'dir'))
  writeFileSync(join(folder, 'script'), '#!/bin/sh\n')
  chmodSync(join(folder, 'script'), 0o755)
  symlinkSync('/component/script', join(folder, 'link'))
  symlinkSync('nowhere', join(folder, 'dangling'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const kernel = thisKernel(machine())
const programs = { path: '/usr/local/bin:/usr/bin:/bin', brought: ['brought'] }
const why = (...argv: string[]): string | undefined => whyNotStartable(argv, folder, programs, kernel)?.why

describe('whyNotStartable', () => {
  it.each([[['./script']], [['./link']], [['sh', './script']], [['/bin/sh']], [['brought', './script']]])(
    'finds nothing wrong with %j',
    (argv) => {
      expect(why(...argv)).toBeUndefined()
    },
  )
  it.each([
    [['./dir'], /a folder/],
    [['./dangling'], /not there/],
    [['sh', './nosuch'], /names \.\/nosuch, which is not there/],
    [['nosuch'], /in no folder of/],
    [['/nosuch'], /which this machine does not have/],
    [['bin/init'], /begins with \.\//],
  ])('says what is wrong with %j', (argv, text) => expect(why(...argv)).toMatch(text))
})

describe('whyNotKind', () => {
  const here = { machine: 'x86_64', others: false, has: (path: string) => path === '/bin/sh' }
  const elf = (machineNumber: number, loader?: string): Buffer => {
    const bytes = Buffer.alloc(200)
    bytes.write('\x7fELF\x02\x01', 'latin1')
    bytes.writeUInt16LE(machineNumber, 18)
    if (loader === undefined) return bytes
    bytes.writeBigUInt64LE(64n, 32)
    bytes.writeUInt16LE(56, 54)
    bytes.writeUInt16LE(1, 56)
    bytes.writeUInt32LE(3, 64)
    bytes.writeBigUInt64LE(128n, 72)
    bytes.writeBigUInt64LE(BigInt(loader.length + 1), 96)
    bytes.write(`${loader}\0`, 128)
    return bytes
  }
  it.each([
    [elf(62), 'x86_64', undefined],
    [elf(3), 'x86_64', undefined],
    [elf(183), 'x86_64', /a program for aarch64; this machine is x86_64/],
    [elf(62), 'aarch64', /a program for x86_64; this machine is aarch64/],
    [elf(62, '/lib/ld-musl-x86_64.so.1'), 'x86_64', /needs the loader \/lib\/ld-musl/],
    [elf(62, '/bin/sh'), 'x86_64', undefined],
    [Buffer.from('#!/bin/sh -e\n'), 'x86_64', undefined],
    [Buffer.from('#! /usr/bin/nosuch\n'), 'x86_64', /interpreter \/usr\/bin\/nosuch/],
    [Buffer.from('#!/bin/sh\r\n'), 'x86_64', /looks for "\/bin\/sh\\r"/],
    [Buffer.from('echo\n'), 'x86_64', /neither an ELF program nor a script/],
    [Buffer.from(''), 'x86_64', /is empty/],
  ])('judges %s on %s', (bytes, machineName, text) => {
    const got = whyNotKind(bytes, './init', { ...here, machine: machineName })?.why
    if (text === undefined) expect(got).toBeUndefined()
    else expect(got).toMatch(text)
  })
  it('leaves an unknown kind to a kernel that knows more kinds', () => {
    const more = { ...here, others: true }
    expect(whyNotKind(elf(183), './init', more)).toBeUndefined()
    expect(whyNotKind(Buffer.from('MZ'), './init', more)).toBeUndefined()
  })
  it('finds nothing wrong with a program of this machine', () => {
    expect(whyNotKind(readFileSync(process.execPath).subarray(0, 4096), './node', kernel)).toBeUndefined()
  })
})

describe('networkRemedy', () => {
  it.each([
    'dial tcp: lookup modules.example.org on 10.0.0.1:53: dial udp 10.0.0.1:53: connect: network is unreachable',
    "error: failed to get `libc`: [6] Couldn't resolve host name (Could not resolve host: index.crates.io)",
    'urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>',
    'npm error code EAI_AGAIN',
  ])('knows: %s', (output) => {
    expect(networkRemedy(output, false)).toMatch(/fetch: in component\.yaml has the network/)
    expect(networkRemedy(output, true)).toMatch(/^A build has no network\. Let fetch:/)
  })
  it('knows an import of a package, and takes no missing file for one', () => {
    expect(networkRemedy('✘ [ERROR] Could not resolve "left-pad"', false)).toMatch(/without npm packages/)
    expect(networkRemedy('✘ [ERROR] Could not resolve "./left-pad.ts"', false)).toBeUndefined()
  })
  it('says nothing of another failure', () => expect(networkRemedy('main.go:3: syntax error', false)).toBeUndefined())
})

describe('bounds hit', () => {
  it('counts in cgroup files', () => {
    expect(countIn('low 0\nmax 12\noom 3\noom_kill 2\n', 'oom_kill')).toBe(2)
    expect(countIn('oom_kill_disable 0\nunder_oom 0\noom_kill 1\n', 'oom_kill')).toBe(1)
    expect(countIn('', 'max')).toBe(0)
  })
  it('says nothing where no bound was met', () => {
    expect(describeBoundsHit({ killed: 0, refused: 0 }, { memory: 2 ** 20, processes: 1 }, 'its')).toEqual([])
    expect(describeBoundsHit({ killed: 2, refused: 1 }, { memory: 2 ** 20, processes: 9 }, 'its')).toEqual([
      'its memory bound of 1 MiB was reached; the kernel ended 2 processes of it',
      'its bound of 9 processes was reached; the kernel refused one more',
    ])
  })
})
