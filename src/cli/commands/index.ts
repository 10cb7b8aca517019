/** The commands by name, in the order of `lab help`; each module is evaluated when its command runs. */
import type { LabCommandClass } from '../command.ts'

export const COMMANDS: Readonly<Record<string, () => Promise<LabCommandClass>>> = {
  start: async () => (await import('./start.ts')).Start,
  check: async () => (await import('./check.ts')).Check,
  next: async () => (await import('./next.ts')).Next,
  status: async () => (await import('./status.ts')).Status,
  read: async () => (await import('./read.ts')).Read,
  hint: async () => (await import('./hint.ts')).Hint,
  repro: async () => (await import('./repro.ts')).Repro,
  shell: async () => (await import('./shell.ts')).Shell,
  explain: async () => (await import('./explain.ts')).Explain,
  diff: async () => (await import('./diff.ts')).Diff,
  solution: async () => (await import('./solution.ts')).Solution,
  reset: async () => (await import('./reset.ts')).Reset,
  mentor: async () => (await import('./mentor.ts')).Mentor,
  target: async () => (await import('./target.ts')).Target,
  doctor: async () => (await import('./doctor.ts')).Doctor,
  export: async () => (await import('./export.ts')).Export,
  import: async () => (await import('./import.ts')).Import,
  completion: async () => (await import('./completion.ts')).Completion,
}
