/** The commands by name, in the order of `lab help`; each module is evaluated when its command runs. */
import type { LabCommandClass } from '../command.ts'

export const COMMANDS: Readonly<Record<string, () => Promise<LabCommandClass>>> = {
  start: async () => (await import('./start.ts')).Start,
  check: async () => (await import('./check.ts')).Check,
  next: async () => (await import('./next.ts')).Next,
  status: async () => (await import('./status.ts')).Status,
  read: async () => (await import('./read.ts')).Read,
  hint: async () => (await import('./hint.ts')).Hint,
  explain: async () => (await import('./explain.ts')).Explain,
  doctor: async () => (await import('./doctor.ts')).Doctor,
  completion: async () => (await import('./completion.ts')).Completion,
}
