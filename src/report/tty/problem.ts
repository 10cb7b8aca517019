/** A problem that a person can mend, or a bug of ours. */
import type { ProblemText } from '../../problem.ts'
import { escapeText } from '../escape.ts'
import { labelled } from './labelled.ts'
import type { Layout } from './layout.ts'
import { wrap } from './wrap.ts'

export interface ProblemLayout extends Layout {
  /** of our own bugs only */
  stack?: string | undefined
}

/** What happened, where, why, and what mends it. */
export function problemText({ what, where, why, remedy }: ProblemText, layout: ProblemLayout): string {
  const { paint, width, stack } = layout
  const place = { ...layout, indent: 2, label: 10 }
  const line = (label: string, text: string | undefined): string[] =>
    text === undefined ? [] : [labelled(label, escapeText(text), place)]
  return [
    ...wrap(escapeText(what), width).map((text) => paint.bold(text)),
    ...line('Where', where),
    ...line('Why', why),
    ...line('To mend', remedy),
    ...(stack === undefined ? [] : [paint.dim(escapeText(stack))]),
  ].join('\n')
}
