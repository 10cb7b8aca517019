/** What is installed in the VM beside what was tried: Debian decides which versions come. */
import type { VmPlace } from './place.ts'
import { inVm } from './ssh.ts'

/** ms; measured on an emulated VM that was busy: 5 s */
const ANSWER = 20_000

/** What differs, a text for each package: `runc 1.3.0 (tried: 1.1.15)`. Throws Unreachable. */
export async function differingPackages(place: VmPlace, tried: Readonly<Record<string, string>>): Promise<string[]> {
  const { stdout } = await inVm(place, ['dpkg-query', '-W', '-f', '${Package} ${Version}\\n'], { timeout: ANSWER })
  return differing(installed(stdout), tried)
}

/** Names and versions, a line each. Of a kernel the name tells the architecture, which is left out. */
export const installed = (said: string): Map<string, string> =>
  new Map(
    said
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name = '', version = '']) => [withoutArch(name), version]),
  )

const withoutArch = (name: string): string => name.replace(/-(?:amd64|arm64)$/, '')

/** A version that was tried is the upstream one; deb-version(7): epoch before it, what Debian adds after it. */
export function differing(has: ReadonlyMap<string, string>, tried: Readonly<Record<string, string>>): string[] {
  return Object.entries(tried).flatMap(([name, version]) => {
    const whole = has.get(withoutArch(name))
    if (whole === undefined) return [`${name} is not installed`]
    const upstream = whole.replace(/^\d+:/, '')
    const rest = upstream.startsWith(version) ? upstream.slice(version.length) : undefined
    return rest !== undefined && !/^[.\d]/.test(rest) ? [] : [`${name} ${upstream} (tried: ${version})`]
  })
}
