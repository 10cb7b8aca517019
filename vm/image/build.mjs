#!/usr/bin/env node
// Builds the VM's disk from Debian's packages alone, with everything of vm/provision/ in it: a first boot has only to boot.
// For tests, and for a class without network. Prints the folder with disk.qcow2, vmlinuz and initrd.img, which
// `lab vm up --image FOLDER` takes. As root, on Linux, for this machine's architecture; needs mmdebstrap, mke2fs and qemu-img.
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { $ } from 'zx'
import { debianArchive, RELEASE } from '../debian.mjs'
import { digestOf, kept } from '../kept.mjs'

$.verbose = false
const vm = dirname(import.meta.dirname)
const DEBIAN = { x64: 'amd64', arm64: 'arm64' }[process.arch]
/** The disk is as large as vm/lima.yaml makes it: resizing it would cost time at boot. What is empty takes no room. */
const SIZE = '20G'
/** Nobody reads them in the VM, and they are half of the files. */
const LEFT_OUT = ['doc', 'man', 'locale', 'info', 'lintian'].map(
  (name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`,
)

/** A build that is cut off is thrown away: its files need not reach the disk one by one. */
const DPKG = ['--dpkgopt=force-unsafe-io', ...LEFT_OUT]

async function packages(...files) {
  const lines = await Promise.all(files.map(async (file) => (await readFile(join(vm, file), 'utf8')).split('\n')))
  return [...new Set(lines.flat().filter((line) => line !== '' && !line.startsWith('#')))]
}

/** What is in the image, and of which day's archive: the same inputs give the same list. */
async function installed(root, archive) {
  const format = '${binary:Package} ${Version}\\n'
  const { stdout } = await $`dpkg-query --admindir=${root}/var/lib/dpkg --show --showformat=${format}`
  const date = (await readFile(archive, 'utf8')).trim()
  return `# Debian ${RELEASE}, ${DEBIAN}, archive of ${date}\n${stdout.trimEnd().split('\n').sort().join('\n')}\n`
}

async function build(folder) {
  const names = [`linux-image-cloud-${DEBIAN}`, ...(await packages('image/packages.txt'))]
  const root = join(folder, 'root')
  const told = $({ stdio: ['ignore', 2, 'inherit'] })
  const archive = join(folder, 'archive.txt')
  const hook = `--customize-hook=sh ${vm}/image/customize.sh "$1" ${vm} ${archive}`
  const options = ['--quiet', '--mode=root', '--variant=minbase', `--include=${names.join(',')}`, ...DPKG, hook]
  await told`mmdebstrap ${options} ${RELEASE} ${root} ${await debianArchive()}`
  await writeFile(join(folder, 'installed.txt'), await installed(root, archive))
  await rm(archive)
  const disk = join(folder, 'disk.raw')
  await told`mke2fs -q -t ext4 -L root -m 0 -i 32768 -E lazy_itable_init=1 -d ${root} ${disk} ${SIZE}`
  await told`qemu-img convert -O qcow2 ${disk} ${folder}/disk.qcow2`
  for (const [pattern, name] of [
    ['vmlinuz-', 'vmlinuz'],
    ['initrd.img-', 'initrd.img'],
  ]) {
    const file = (await readdir(join(root, 'boot'))).find((one) => one.startsWith(pattern))
    await $`install -m 0644 ${root}/boot/${file} ${folder}/${name}`
  }
  await $`chmod 0644 ${folder}/disk.qcow2`
  await rm(disk)
  await $`rm -r --one-file-system ${root}`
}

const inputs = ['provision', 'image'].map((name) => join(vm, name))
const began = Date.now()
const folder = await kept('image', await digestOf(inputs, [DEBIAN, SIZE]), async (unfinished) => {
  await build(unfinished)
  const { blocks } = await stat(join(unfinished, 'disk.qcow2'))
  const facts = { seconds: Math.round((Date.now() - began) / 1000), megabytes: Math.round((blocks * 512) / 2 ** 20) }
  await writeFile(join(unfinished, 'built.json'), `${JSON.stringify(facts)}\n`)
})
console.log(folder)
