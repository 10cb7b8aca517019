/** The programs that Drydock itself, its hosts and a lab's lesson run. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab } from '../../course/model.ts'
import { onPath } from '../../on-path.ts'
import { packagesOf, type Machine } from '../../packages.ts'
import { missingPrograms, PROGRAMS } from '../../targets/programs.ts'
import { gapOf, type Gap } from './gap.ts'

export const nodeGap = (): Gap => ({
  name: 'node',
  state: 'present',
  text: `${process.version} (${process.execPath})`,
})

/** `root` is the package's folder: a checkout installs npm packages when their list changes. */
export function npmGaps(root: string): Gap[] {
  if (!existsSync(join(root, 'package-lock.json'))) return []
  const path = onPath('npm')
  if (path !== undefined) return [{ name: 'npm', state: 'present', text: path }]
  const remedy = 'install Node from https://nodejs.org/en/download, which brings npm'
  return [{ name: 'npm', state: 'absent', text: 'installs what Drydock needs when it has changed', remedy }]
}

export function gitGap(machine: Machine): Gap {
  const path = onPath('git')
  if (path !== undefined) return { name: 'git', state: 'present', text: path }
  const finding = { name: 'git', state: 'absent' as const, text: 'not here: keeps the history of your workspace' }
  if (process.platform === 'darwin') return { ...finding, remedy: 'xcode-select --install' }
  return gapOf(finding, [packagesOf('git')], 'install git, your system’s package', machine)
}

export function hostGaps(machine: Machine): Gap[] {
  const missing = missingPrograms()
  const name = 'host tools'
  const other: Gap[] =
    onPath('ip', `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`) === undefined
      ? [
          gapOf(
            { name: 'ip', state: 'absent', text: 'not here: brings up the loopback interface of hosts' },
            [packagesOf('ip')],
            'install iproute2, your system’s package',
            machine,
          ),
        ]
      : []
  if (missing.length === 0) return [{ name, state: 'present', text: PROGRAMS.join(', ') }, ...other]
  const text = `not here, or of BusyBox: ${missing.join(', ')}`
  const packages = missing.map(packagesOf)
  return [
    gapOf({ name, state: 'missing', text }, packages, 'install util-linux, your system’s package', machine),
    ...other,
  ]
}

/** What the lesson's experiments run. */
export function toolGaps({ tools }: Lab, machine: Machine): Gap[] {
  return Object.entries(tools).map(([name, purpose]): Gap => {
    const path = onPath(name)
    if (path !== undefined) return { name, state: 'present', text: path }
    const text = `not here: ${purpose}, in the lesson`
    return gapOf({ name, state: 'absent', text }, [packagesOf(name)], `install ${name}, your system’s package`, machine)
  })
}
