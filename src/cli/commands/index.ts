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
  grade: async () => (await import('./grade.ts')).Grade,
  'ci init': async () => (await import('./ci/init.ts')).CiInit,
  mentor: async () => (await import('./mentor.ts')).Mentor,
  target: async () => (await import('./target.ts')).Target,
  doctor: async () => (await import('./doctor.ts')).Doctor,
  export: async () => (await import('./export.ts')).Export,
  import: async () => (await import('./import.ts')).Import,
  completion: async () => (await import('./completion.ts')).Completion,
  'vm up': async () => (await import('./vm/up.ts')).VmUp,
  'vm status': async () => (await import('./vm/status.ts')).VmStatus,
  'vm shell': async () => (await import('./vm/shell.ts')).VmShell,
  'vm reset': async () => (await import('./vm/reset.ts')).VmReset,
  'vm down': async () => (await import('./vm/down.ts')).VmDown,
  'vm delete': async () => (await import('./vm/delete.ts')).VmDelete,
  'vm image': async () => (await import('./vm/image.ts')).VmImage,
  'author new': async () => (await import('./author/new.ts')).AuthorNew,
  'author run': async () => (await import('./author/run.ts')).AuthorRun,
  'author mutant': async () => (await import('./author/mutant.ts')).AuthorMutant,
  'author export': async () => (await import('./author/export.ts')).AuthorExport,
  'author verify': async () => (await import('./author/verify.ts')).AuthorVerify,
  'author trace': async () => (await import('./author/trace.ts')).AuthorTrace,
}

/** Words that begin several commands, and what those are for. */
export const TOPICS: Readonly<Record<string, string>> = {
  ci: 'grade on every push',
  vm: 'the VM of the target lima',
  author: 'prove labs, and write new ones',
}

/** The command that a line begins with, and the words after it; undefined when there is none of that name. */
export function commandIn(words: readonly string[]): { id: string; rest: string[] } | undefined {
  const length = Object.hasOwn(TOPICS, words[0] ?? '') ? 2 : 1
  const id = words.slice(0, length).join(' ')
  return Object.hasOwn(COMMANDS, id) ? { id, rest: words.slice(length) } : undefined
}

/** The commands of a topic, by their names in it; those of none with `undefined`. */
export function commandsOf(topic: string | undefined): string[] {
  const ids = Object.keys(COMMANDS)
  if (topic === undefined) return ids.filter((id) => !id.includes(' '))
  return ids.filter((id) => id.startsWith(`${topic} `)).map((id) => id.slice(topic.length + 1))
}
