/** The commands by name, in the order of `lab help`; each module is evaluated when its command runs. */
import type { LabCommandClass } from '../command.ts'

export const COMMANDS: Readonly<Record<string, () => Promise<LabCommandClass>>> = {
  status: async () => (await import('./status.ts')).Status,
}
