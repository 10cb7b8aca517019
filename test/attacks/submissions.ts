/** What is in a submission itself: it is met before, or without, any target, and so the same everywhere. */
import type { Attack } from './attacks.ts'

const everywhere = { local: 'held', root: 'held', uml: 'held' } as const

/** The report and the table of a class say which file, and why. */
const refused = { local: 'told', root: 'told', uml: 'told' } as const

const nowhere = { local: 'open', root: 'open', uml: 'open' } as const

export const BY_SUBMISSION: readonly Pick<Attack, 'id' | 'tries' | 'fate'>[] = [
  {
    id: 'forged',
    tries: "prints a forged report, forged events, TAP, and commands of GitHub's runner",
    fate: everywhere,
  },
  {
    id: 'controls',
    tries: 'prints escapes, control characters, what is not UTF-8, and the end of an XML element',
    fate: everywhere,
  },
  { id: 'links', tries: 'has symbolic links to files outside', fate: refused },
  { id: 'hard-links', tries: 'has hard links to files outside', fate: refused },
  { id: 'fifos', tries: 'has a fifo in place of component.yaml or workspace.yaml', fate: refused },
  {
    id: 'names',
    tries: 'has names with newlines, escapes and leading dashes, also of the workspace',
    fate: everywhere,
  },
  { id: 'bytes', tries: 'has a name that is not UTF-8', fate: refused },
  { id: 'hooks', tries: 'has a git repository whose hooks, filters and settings start programs', fate: everywhere },
  { id: 'yaml', tries: 'has a component.yaml that unfolds to millions of values', fate: refused },
  {
    id: 'bomb-count',
    tries: 'is right for the first starts, by a count that it keeps, and then forges and harms',
    fate: everywhere,
  },
  { id: 'bomb-clock', tries: 'is right until a time, and then forges and harms', fate: everywhere },
  { id: 'lab-to-lab', tries: 'leaves in one lab what it looks for in the next', fate: everywhere },
  { id: 'played', tries: 'plays the command that it is told to start, and starts another', fate: nowhere },
]
