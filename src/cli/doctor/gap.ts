/** What the doctor looks at, and how a gap is mended. */
import { installCommands, installer, installLine, type Machine, type Packages } from '../../packages.ts'
import type { Block, Finding } from '../../report/tty/doctor-screen.ts'

/** A finding, and the packages that would make it `present`. */
export interface Gap extends Finding {
  packages?: readonly Packages[]
  /** another gap's packages serve as well: this one is left out of the block */
  instead?: boolean
}

/** A program that is not there: packages mend it where the package manager is known, else `otherwise` says what does. */
export function gapOf(
  finding: Pick<Finding, 'name' | 'state' | 'text'>,
  packages: readonly Packages[],
  otherwise: string,
  machine: Machine,
): Gap {
  const { manager } = machine
  const packaged = manager !== undefined && packages.every((names) => names[manager] !== undefined)
  if (!packaged) return { ...finding, remedy: otherwise }
  return { ...finding, packages, remedy: installLine(packages, otherwise, machine) }
}

/** One block for all gaps that packages mend; undefined when there is none. */
export function blockOf(gaps: readonly Gap[], machine: Machine): Block | undefined {
  const wanted = gaps.filter(inBlock).flatMap(({ packages }) => packages ?? [])
  const commands = installCommands(wanted, machine)
  if (commands.length === 0) return undefined
  return { commands, as: installer(machine) }
}

const inBlock = ({ state, packages, instead }: Gap): boolean =>
  state !== 'present' && packages !== undefined && instead !== true

export function findingOf(gap: Gap): Finding {
  const { name, state, text, remedy } = gap
  return { name, state, text, ...(remedy === undefined ? {} : { remedy }), ...(inBlock(gap) ? { inBlock: true } : {}) }
}
