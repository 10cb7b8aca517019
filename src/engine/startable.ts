/** Whether the kernel can start what `run:` names: asked once after the build, so that not each check fails for it. */
import { accessSync, closeSync, constants, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { lstatSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from './toolchain.ts'

export interface Unstartable {
  /** words that follow the command: "names ./init, which is a folder" */
  why: string
  remedy: string
}

/** What a file must be for this machine. */
export interface Kernel {
  /** as `uname -m` prints it */
  machine: string
  /** further kinds of programs may be registered (binfmt_misc): then an unknown kind is no reason */
  others: boolean
  has(path: string): boolean
}

/** Where a program without a slash in its name is looked for. */
export interface Programs {
  /** PATH of a host */
  path: string
  /** names of those that Drydock brings, which are not there on the machine itself */
  brought: readonly string[]
}

export const thisKernel = (machine: string): Kernel => ({
  machine,
  others: hasOthers(),
  has: existsSync,
})

/** The kernel's binfmt-misc.rst: each registered kind is a file beside `register` and `status`. */
function hasOthers(): boolean {
  const folder = '/proc/sys/fs/binfmt_misc'
  return existsSync(folder) && readdirSync(folder).some((name) => name !== 'register' && name !== 'status')
}

/** The program of a build step, before it runs: the same, except that a path may be relative to the component. */
export function whyNotBuildable(
  step: string,
  [program = '']: string[],
  folder: string,
  programs: Programs,
  kernel: Kernel,
): Unstartable | undefined {
  if (program.includes('/') && !program.startsWith('./')) return undefined
  const why = whyNotStartable([program], folder, programs, kernel)
  if (why === undefined) return undefined
  return {
    why: why.why.replace(' after the build', ''),
    remedy: why.remedy.replace('let build: make it, or correct run:', 'correct run:').replaceAll('run:', `${step}:`),
  }
}

/** argv of one program of a component whose built files are in `folder`; undefined when it can be started. */
export function whyNotStartable(
  argv: string[],
  folder: string,
  programs: Programs,
  kernel: Kernel,
): Unstartable | undefined {
  const missing = argv.find((word) => word.startsWith('./') && !existsSync(inside(folder, word)))
  if (missing !== undefined) {
    return {
      why: `names ${missing}, which is not there after the build`,
      remedy: 'let build: make it, or correct run: in component.yaml',
    }
  }
  const [program = ''] = argv
  if (program.startsWith('./')) return whyNotFile(inside(folder, program), program, kernel)
  if (program.startsWith('/')) {
    if (existsSync(program)) return whyNotFile(program, program, kernel)
    return { why: `names ${program}, which this machine does not have`, remedy: 'correct run: in component.yaml' }
  }
  if (program.includes('/')) {
    return { why: `names ${program}: a file of the component begins with ./`, remedy: `run: [./${program}]` }
  }
  if (programs.brought.includes(program) || findProgram(program, programs.path) !== undefined) return undefined
  return {
    why: `names ${program}, which is in no folder of ${programs.path}`,
    remedy: 'install it, or correct run: in component.yaml',
  }
}

/** A file of the component; a symlink that names /component means the same folder. */
function inside(folder: string, word: string): string {
  const path = join(folder, word)
  const target = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? readlinkSync(path) : ''
  return target.startsWith('/component/') ? join(folder, target.slice('/component/'.length)) : path
}

function whyNotFile(path: string, named: string, kernel: Kernel): Unstartable | undefined {
  const info = statSync(path)
  const file = named.replace(/^\.\//, '')
  if (info.isDirectory()) return { why: `names ${named}, which is a folder`, remedy: 'correct run: in component.yaml' }
  try {
    accessSync(path, constants.X_OK)
  } catch {
    const mode = (info.mode & 0o777).toString(8)
    return { why: `names ${named}, which is not executable (its mode is ${mode})`, remedy: `chmod +x ${file}` }
  }
  return whyNotKind(head(path), named, kernel)
}

const HEAD = 4096

function head(path: string): Buffer {
  const fd = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(HEAD)
    return buffer.subarray(0, readSync(fd, buffer, 0, HEAD, 0))
  } finally {
    closeSync(fd)
  }
}

/** Judges the first bytes of an executable file, execve(2). Pure but for `kernel.has`. */
export function whyNotKind(bytes: Buffer, named: string, kernel: Kernel): Unstartable | undefined {
  const file = named.replace(/^\.\//, '')
  if (bytes.subarray(0, 4).toString('latin1') === '\x7fELF') return whyNotElf(bytes, named, kernel)
  if (bytes.subarray(0, 2).toString('latin1') !== '#!') {
    if (kernel.others) return undefined
    const what =
      bytes.length === 0 ? 'is empty' : 'is neither an ELF program nor a script whose first line begins with #!'
    return {
      why: `names ${named}, which ${what}`,
      remedy: `begin it with a line such as #!/bin/sh, or run: [sh, ${named}]`,
    }
  }
  const line = bytes.subarray(2).toString('utf8').split('\n')[0] ?? ''
  const interpreter = line.trim().split(/[ \t]/)[0] ?? ''
  if (line.endsWith('\r')) {
    return {
      why: `names ${named}, whose first line ends with a carriage return: the kernel looks for "${interpreter}\\r"`,
      remedy: `sed -i 's/\\r$//' ${file}`,
    }
  }
  if (interpreter === '' || kernel.has(interpreter)) return undefined
  return {
    why: `names ${named}, whose first line names the interpreter ${interpreter}, which this machine does not have`,
    remedy: 'correct the first line, or install the interpreter',
  }
}

/** e_machine of elf(5), and what `uname -m` calls it. */
const MACHINES: Record<number, { name: string; runsOn: RegExp }> = {
  3: { name: 'x86 (32 bit)', runsOn: /^(x86_64|i.86)$/ },
  8: { name: 'MIPS', runsOn: /^mips/ },
  21: { name: 'ppc64', runsOn: /^ppc64/ },
  22: { name: 's390x', runsOn: /^s390/ },
  40: { name: 'arm (32 bit)', runsOn: /^(arm|aarch64)/ },
  62: { name: 'x86_64', runsOn: /^x86_64$/ },
  183: { name: 'aarch64', runsOn: /^aarch64$/ },
  243: { name: 'riscv', runsOn: /^riscv/ },
}

function whyNotElf(bytes: Buffer, named: string, kernel: Kernel): Unstartable | undefined {
  const little = bytes[5] === 1
  const u16 = (at: number): number => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  if (bytes.length < 64) return undefined
  const machine = MACHINES[u16(18)]
  if (machine !== undefined && !machine.runsOn.test(kernel.machine) && !kernel.others) {
    return {
      why: `names ${named}, which is a program for ${machine.name}; this machine is ${kernel.machine}`,
      remedy: `build it for ${kernel.machine}`,
    }
  }
  // The loader of a 64-bit little-endian program, which is what all of these machines run: PT_INTERP, elf(5).
  if (!little || bytes[4] !== 2) return undefined
  const [offset, size, count] = [Number(bytes.readBigUInt64LE(32)), u16(54), u16(56)]
  for (let at = offset; at < offset + size * count && at + 40 <= bytes.length; at += size) {
    if (bytes.readUInt32LE(at) !== 3) continue
    const from = Number(bytes.readBigUInt64LE(at + 8))
    const end = from + Number(bytes.readBigUInt64LE(at + 32)) - 1
    if (end > bytes.length) return undefined
    const loader = bytes.subarray(from, end).toString('utf8')
    if (kernel.has(loader)) return undefined
    return {
      why: `names ${named}, which needs the loader ${loader}, and this machine does not have it`,
      remedy: "link it statically, or against this machine's C library",
    }
  }
  return undefined
}
