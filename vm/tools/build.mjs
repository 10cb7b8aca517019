#!/usr/bin/env node
// Builds limactl and its guest agent from the pinned module, and unpacks Debian 13's QEMU beside them: what a Linux
// machine without either needs to run the VM. Prints the folder, whose bin/ goes onto PATH. Needs Go, mmdebstrap and the
// keys of Debian's archive. Nothing is installed into the system.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { $, os } from 'zx'
import { debianArchive, RELEASE } from '../debian.mjs'
import { digestOf, kept } from '../kept.mjs'

$.verbose = false
const here = import.meta.dirname
const ARCH = { x64: 'x86_64', arm64: 'aarch64' }[process.arch]
const QEMU = { x86_64: 'qemu-system-x86', aarch64: 'qemu-system-arm' }[ARCH]
const FIRMWARE = { x86_64: ['seabios', 'ipxe-qemu'], aarch64: ['qemu-efi-aarch64', 'ipxe-qemu'] }[ARCH]
const LIBRARIES = { x86_64: 'x86_64-linux-gnu', aarch64: 'aarch64-linux-gnu' }[ARCH]
const LOADER = { x86_64: 'usr/lib64/ld-linux-x86-64.so.2', aarch64: 'usr/lib/ld-linux-aarch64.so.1' }[ARCH]

async function buildLima(folder) {
  const version = /lima\/v2 (v[\d.]+)/.exec(await readFile(join(here, 'go.mod'), 'utf8'))[1]
  const flags = `-s -w -X github.com/lima-vm/lima/v2/pkg/version.Version=${version.slice(1)}`
  const agents = join(folder, 'share/lima')
  await mkdir(join(folder, 'bin'), { recursive: true })
  await mkdir(agents, { recursive: true })
  const go = $({ cwd: here, env: { ...process.env, CGO_ENABLED: '0' }, stdio: ['ignore', 'inherit', 'inherit'] })
  const module = 'github.com/lima-vm/lima/v2/cmd'
  await go`go build -mod=readonly -trimpath -ldflags ${flags} -o ${folder}/bin/limactl ${module}/limactl`
  await go`go build -mod=readonly -trimpath -ldflags ${flags} -o ${agents}/lima-guestagent.Linux-${ARCH} ${module}/lima-guestagent`
}

/** Its programs run through their own loader, with their own libraries: another Debian or none at all may be around. */
async function unpackQemu(folder, final) {
  const system = join(folder, 'qemu')
  const names = [QEMU, 'qemu-utils', ...FIRMWARE].join(',')
  const told = $({ stdio: ['ignore', 2, 'inherit'] })
  await told`mmdebstrap --quiet --variant=extract --include=${names} ${RELEASE} ${system} ${await debianArchive()}`
  const at = join(final, 'qemu')
  const data = ['qemu', 'seabios'].map((name) => `-L ${at}/usr/share/${name}`).join(' ')
  const wrap = (name, more) =>
    writeFile(
      join(folder, 'bin', name),
      `#!/bin/sh\nexec ${at}/${LOADER} --argv0 ${name} --library-path ${at}/usr/lib/${LIBRARIES}:${at}/usr/lib ` +
        `${at}/usr/bin/${name} ${more} "$@"\n`,
      { mode: 0o755 },
    )
  await wrap(`qemu-system-${ARCH}`, `${data} -L ${at}/usr/lib/ipxe/qemu`)
  await wrap('qemu-img', '')
}

const key = await digestOf(
  ['go.mod', 'go.sum', 'tools.go', 'build.mjs'].map((name) => join(here, name)),
  [ARCH, os.platform()],
)
const folder = await kept('tools', key, async (unfinished) => {
  await buildLima(unfinished)
  await unpackQemu(unfinished, resolve(unfinished.replace(/\.tmp\.\d+$/, '')))
})
console.log(folder)
