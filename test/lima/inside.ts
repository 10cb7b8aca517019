/** What of an engine is in the VM, seen from outside of it. */
import { inVm, type Ended } from './user.ts'

/** What an engine has in the VM while it lives, and what must be gone with it. */
const OURS = `pgrep -f 'sleep 8639[9]' | wc -l; pgrep -f 'engine-.*[.]cjs' | wc -l
find /sys/fs/cgroup -maxdepth 3 -name 'drydock-*' | wc -l; grep -c -E '^(drydock|view) ' /proc/mounts`

export interface Inside {
  components: number
  engines: number
  cgroups: number
  mounts: number
}

export async function inside(): Promise<Inside> {
  const [components = 0, engines = 0, cgroups = 0, mounts = 0] = (await inVm(`${OURS}; true`))
    .trim()
    .split(/\s+/)
    .map(Number)
  return { components, engines, cgroups, mounts }
}

export const nothing = ({ components, engines, cgroups, mounts }: Inside): boolean =>
  components + engines + cgroups + mounts === 0

export const said = ({ out, err }: Ended): string => out + err

/** The same without its line ends: where a text is wrapped hangs on the lengths of paths. */
export const unwrapped = (end: Ended): string => said(end).replace(/\s+/g, ' ')
