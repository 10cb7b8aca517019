/** What is said of a program that can't be started, to the word: it is all that the learner gets. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type * as Fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { thisKernel, whyNotBuildable, whyNotKind, whyNotStartable } from '../../src/engine/startable.ts'

/** What is registered in binfmt_misc; undefined: it is not mounted. */
const registered = vi.hoisted(() => ({ names: undefined as string[] | undefined }))
vi.mock('node:fs', async (original) => {
  const real = await original<typeof Fs>()
  const folder = '/proc/sys/fs/binfmt_misc'
  return {
    ...real,
    existsSync: (path: string) => (path === folder ? registered.names !== undefined : real.existsSync(path)),
    readdirSync: (path: string) => (path === folder ? (registered.names ?? []) : real.readdirSync(path)),
  }
})

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'startable-'))
  writeFileSync(join(folder, 'plain'), '#!/bin/sh\n', { mode: 0o644 })
  writeFileSync(join(folder, 'empty'), '', { mode: 0o755 })
  mkdirSync(join(folder, 'bin'))
  mkdirSync(join(folder, 'bin', 'x.'))
  writeFileSync(join(folder, 'bin', 'x.', 'crlf'), '#!/bin/nosuch -a\r\n', { mode: 0o755 })
  chmodSync(join(folder, 'plain'), 0o640)
})
afterAll(() => rmSync(folder, { recursive: true }))

const here = { machine: 'x86_64', others: false, has: (path: string) => path === '/bin/sh' }
const path = '/usr/bin:/bin'

describe('kinds of programs that a kernel knows', () => {
  it.each([
    [undefined, false],
    [['register', 'status'], false],
    [['register', 'status', 'qemu-arm'], true],
  ])('are more than usual with %j: %s', (names, others) => {
    registered.names = names
    const kernel = thisKernel('riscv64')
    expect([kernel.machine, kernel.others, kernel.has('/bin/sh'), kernel.has('/nosuch')]).toEqual([
      'riscv64',
      others,
      true,
      false,
    ])
    registered.names = undefined
  })
})

describe('whyNotStartable', () => {
  const correct = 'correct run: in component.yaml'
  it.each([
    [['./gone'], 'names ./gone, which is not there after the build', `let build: make it, or ${correct}`],
    [['/nosuch'], 'names /nosuch, which this machine does not have', correct],
    [['bin/init'], 'names bin/init: a file of the component begins with ./', 'run: [./bin/init]'],
    [['nosuch'], `names nosuch, which is in no folder of ${path}`, `install it, or ${correct}`],
    [['./bin'], 'names ./bin, which is a folder', correct],
    [[], `names , which is in no folder of ${path}`, `install it, or ${correct}`],
    [['./empty'], 'names ./empty, which is empty', 'begin it with a line such as #!/bin/sh, or run: [sh, ./empty]'],
    [
      ['./bin/x./crlf'],
      'names ./bin/x./crlf, whose first line ends with a carriage return: the kernel looks for "/bin/nosuch\\r"',
      "sed -i 's/\\r$//' bin/x./crlf",
    ],
  ])('of %j', (argv, why, remedy) => {
    expect(whyNotStartable(argv, folder, { path, brought: [] }, here)).toEqual({ why, remedy })
  })

  // Root may execute what has any executable bit at all; this file has none.
  it('of a file that is not executable', () => {
    expect(whyNotStartable(['./plain'], folder, { path, brought: [] }, here)).toEqual({
      why: 'names ./plain, which is not executable (its mode is 640)',
      remedy: 'chmod +x plain',
    })
    const whole = `${folder}/./plain`
    expect(whyNotStartable([whole], folder, { path, brought: [] }, here)?.remedy).toBe(`chmod +x ${whole}`)
  })
})

describe('whyNotBuildable', () => {
  it.each([
    [['/nosuch'], undefined, undefined],
    [['tools/make'], undefined, undefined],
    [['sh', './gone'], undefined, undefined],
    [['./gone'], 'names ./gone, which is not there', 'correct build: in component.yaml'],
    [['nosuch'], `names nosuch, which is in no folder of ${path}`, 'install it, or correct build: in component.yaml'],
    [[], `names , which is in no folder of ${path}`, 'install it, or correct build: in component.yaml'],
    [['./empty'], 'names ./empty, which is empty', 'begin it with a line such as #!/bin/sh, or build: [sh, ./empty]'],
  ])('of %j speaks of the step and not of run:', (argv, why, remedy) => {
    const got = whyNotBuildable('build', argv, folder, { path, brought: [] }, here)
    expect(got).toEqual(why === undefined ? undefined : { why, remedy })
  })
})

interface Elf {
  machine?: number
  big?: boolean
  bits?: 32 | 64
  loader?: string
  /** where the program headers begin, how long each is, and how many are told */
  at?: number
  size?: number
  count?: number
  length?: number
}

/** The head of an ELF program with one PT_INTERP after one other program header, elf(5). */
function elf({
  machine = 62,
  big = false,
  bits = 64,
  loader,
  at = 64,
  size = 56,
  count = 2,
  length = 400,
}: Elf): Buffer {
  const bytes = Buffer.alloc(400)
  bytes.write('\x7fELF', 'latin1')
  bytes[4] = bits === 64 ? 2 : 1
  bytes[5] = big ? 2 : 1
  if (big) bytes.writeUInt16BE(machine, 18)
  else bytes.writeUInt16LE(machine, 18)
  if (loader !== undefined) {
    bytes.writeBigUInt64LE(BigInt(at), 32)
    bytes.writeUInt16LE(size, 54)
    bytes.writeUInt16LE(count, 56)
    bytes.writeUInt32LE(1, at)
    const second = at + 56
    bytes.writeUInt32LE(3, second)
    bytes.writeBigUInt64LE(300n, second + 8)
    bytes.writeBigUInt64LE(BigInt(loader.length + 1), second + 32)
    bytes.write(`${loader}\0`, 300)
  }
  return bytes.subarray(0, length)
}

const why = (bytes: Buffer, machine = 'x86_64') => whyNotKind(bytes, './init', { ...here, machine })

describe('whyNotKind', () => {
  // e_machine of elf(5), the name for people, and what `uname -m` says on machines that run it and on one that does not.
  it.each([
    [3, 'x86 (32 bit)', ['x86_64', 'i686'], ['aarch64', 'xx86_64', 'x86_64x']],
    [8, 'MIPS', ['mips', 'mips64'], ['xmips']],
    [21, 'ppc64', ['ppc64', 'ppc64le'], ['xppc64']],
    [22, 's390x', ['s390x'], ['xs390']],
    [40, 'arm (32 bit)', ['armv7l', 'aarch64'], ['xarm']],
    [62, 'x86_64', ['x86_64'], ['i686', 'x86_64x', 'xx86_64']],
    [183, 'aarch64', ['aarch64'], ['armv7l', 'aarch64x', 'xaarch64']],
    [243, 'riscv', ['riscv64'], ['xriscv']],
  ])('knows programs with number %d as %s', (machine, name, runs, refuses) => {
    for (const on of runs) expect(why(elf({ machine }), on), on).toBeUndefined()
    for (const on of refuses) {
      expect(why(elf({ machine }), on)).toEqual({
        why: `names ./init, which is a program for ${name}; this machine is ${on}`,
        remedy: `build it for ${on}`,
      })
    }
  })

  it('reads the number in the order of bytes that the program names, and lets an unknown one pass', () => {
    expect(why(elf({ machine: 22, big: true }))?.why).toContain('s390x')
    expect(why(elf({ machine: 22, big: true }), 's390x')).toBeUndefined()
    expect(why(elf({ machine: 4711 }))).toBeUndefined()
    expect(why(elf({ machine: 183, length: 64 }))?.why).toContain('aarch64')
    expect(why(elf({ machine: 183, length: 63 }))).toBeUndefined()
  })

  const missing = {
    why: 'names ./init, which needs the loader /lib/ld.so, and this machine does not have it',
    remedy: "link it statically, or against this machine's C library",
  }
  const loader = '/lib/ld.so'
  it('finds the loader of a program, where its head names one', () => {
    expect(why(elf({ loader }))).toEqual(missing)
    expect(why(elf({ loader: '/bin/sh' }))).toBeUndefined()
    expect(why(elf({}))).toBeUndefined()
    // The name ends where the head that was read does: it is whole.
    expect(why(elf({ loader, length: 310 }))).toEqual(missing)
    // 32 bits or another order of bytes: the headers lie elsewhere, and are left to the kernel.
    expect(why(elf({ loader, bits: 32 }))).toBeUndefined()
    expect(why(elf({ loader, big: true }))).toBeUndefined()
  })

  it.each([
    ['the name lies beyond the head', { length: 309 }],
    ['the header lies beyond the head', { length: 159 }],
    ['fewer headers are told', { count: 1 }],
    ['headers have no length', { size: 0 }],
  ])('says nothing where %s', (_, change) => {
    expect(why(elf({ loader, ...change }))).toBeUndefined()
  })

  it('finds a loader whose header ends where the head does', () => {
    // Header at 344 to 400; 40 bytes of it are read.
    const bytes = elf({ loader, at: 288 })
    bytes.writeBigUInt64LE(200n, 344 + 8)
    bytes.write(`${loader}\0`, 200)
    expect(why(bytes.subarray(0, 384))).toEqual(missing)
    expect(why(bytes.subarray(0, 383))).toBeUndefined()
  })

  it('never throws, whatever the file holds', () => {
    const head = fc.oneof(fc.constant('\x7fELF\x02\x01'), fc.constant('#!'), fc.constant(''))
    fc.assert(
      fc.property(head, fc.uint8Array({ maxLength: 300 }), (begin, rest) => {
        whyNotKind(Buffer.concat([Buffer.from(begin, 'latin1'), rest]), './init', here)
      }),
    )
  })

  it('reads the first line as the kernel does: an interpreter, and an argument or none', () => {
    const script = (line: string) => why(Buffer.from(line))?.why
    expect(script('#!/bin/sh\n\r\n')).toBeUndefined()
    expect(script('#!  /bin/sh\t-e\nexit\n')).toBeUndefined()
    expect(script('#!\n')).toBeUndefined()
    expect(whyNotKind(Buffer.from('#!/a\r\n'), '/b/./c', here)?.remedy).toBe("sed -i 's/\\r$//' /b/./c")
    expect(script('#!/bin/a\rb\r\n')).toContain('looks for "/bin/a\rb\\r"')
    expect(script('#!/nosuch x\n')).toMatch(/interpreter \/nosuch, which this machine does not have$/)
    expect(why(Buffer.from('#!/nosuch'))?.remedy).toBe('correct the first line, or install the interpreter')
  })
})
