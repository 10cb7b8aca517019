/** Recorded failure texts: one file for each mutant, one part for each check that rejects it. */
import type { Failure } from '../../protocol/index.ts'

/** check id → its normalised text, in course order */
export type Texts = ReadonlyMap<string, Failure>

const LABELS = { expected: 'Expected  ', observed: 'Observed  ' } as const
const INDENT = ' '.repeat(LABELS.expected.length)

export function writeTexts(texts: Texts): string {
  const block = ([check, text]: [string, Failure]): string =>
    [
      check,
      ...(['expected', 'observed'] as const).map((key) => LABELS[key] + text[key].replaceAll('\n', `\n${INDENT}`)),
    ].join('\n')
  return `${[...texts].map(block).join('\n\n')}\n`
}

/** Reads what `writeTexts` wrote; a part that is not of this form is left out, and so differs from any text. */
export function readTexts(file: string): Texts {
  const parts = file.trimEnd().split(/\n\n(?=[a-z][\w-]*\/[\w-]+\nExpected {2})/)
  return new Map(
    parts.flatMap((part): [string, Failure][] => {
      const match = /^(\S+)\nExpected {2}([\s\S]*?)\nObserved {2}([\s\S]*)$/.exec(part)
      if (match === null) return []
      const [, check = '', expected = '', observed = ''] = match
      const outdent = (text: string): string => text.replaceAll(`\n${INDENT}`, '\n')
      return [[check, { expected: outdent(expected), observed: outdent(observed) }]]
    }),
  )
}
