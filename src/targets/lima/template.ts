/** The description of the VM that limactl is given: vm/lima.yaml, with what depends on this machine and on the person. */
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { Problem } from '../../problem.ts'

export interface TemplateOptions {
  /** the package's folder */
  root: string
  /** a folder that `lab vm image` made, in place of Debian's cloud image */
  image?: string | undefined
}

/** What vm/image/ made is a bare file system: its kernel gets all that a bootloader would tell. */
const CMDLINE = [
  'root=LABEL=root rw rootfstype=ext4 rootflags=noatime,noinit_itable fsck.mode=skip console=ttyS0 quiet loglevel=3 systemd.show_status=0 net.ifnames=0',
  'ds=nocloud panic=10 random.trust_cpu=on',
  // An emulated processor has none of the faults that these mend, and pays for them many times over.
  'mitigations=off nokaslr no5lvl nosmap nosmep init_on_alloc=0 nowatchdog tsc=reliable no_timer_check',
  // apparmor=0 alone turns SELinux on.
  'apparmor=0 selinux=0 audit=0',
].join(' ')

const ARCH: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' }
const GIB = 2 ** 30

/** YAML for `limactl create`. Throws Problem when the image is not there. */
export function vmTemplate({ root, image }: TemplateOptions): string {
  const template = parse(readFileSync(join(root, 'vm', 'lima.yaml'), 'utf8')) as Record<string, unknown>
  const gib = Math.max(1, Math.min(3, Math.floor(totalmem() / 2 / GIB)))
  const own = { cpus: Math.min(4, Math.max(2, availableParallelism())), memory: `${gib}GiB` }
  return stringify({ ...template, ...own, ...(image === undefined ? {} : { images: [builtImage(image)] }) })
}

function builtImage(folder: string): unknown {
  const [disk, kernel, initrd] = ['disk.qcow2', 'vmlinuz', 'initrd.img'].map((name) => join(folder, name))
  const missing = [disk, kernel, initrd].find((path) => path !== undefined && !existsSync(path))
  if (missing !== undefined) {
    throw new Problem({ what: 'there is no image of the VM in that folder', where: missing, remedy: 'lab vm image' })
  }
  const arch = ARCH[process.arch] ?? process.arch
  return { location: disk, arch, kernel: { location: kernel, cmdline: CMDLINE }, initrd: { location: initrd } }
}
