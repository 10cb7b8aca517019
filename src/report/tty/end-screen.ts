/** The end of a lab: what was earned, what to compare it with, and what comes next. */
import { labelled } from './labelled.ts'
import type { Layout } from './layout.ts'
import { wrap } from './wrap.ts'

export interface EndScreen {
  lab: string
  points: { earned: number; of: number }
  /** the solution was shown before the end */
  gaveUp: boolean
  /** our solution that is shown: in which language, and whether that is the learner's own; undefined where none is installed */
  solution: { track: string; own: boolean } | undefined
  /** later labs that run with this component, and are written */
  usedBy: readonly { id: string; title: string }[]
  next: { id: string; title: string } | undefined
}

export function endScreen({ lab, points, gaveUp, solution, usedBy, next }: EndScreen, layout: Layout): string {
  const { paint, width } = layout
  const row = (label: string, text: string): string => labelled(label, text, { ...layout, indent: 2 })
  const parts = [lab, 'finished', `${points.earned} of ${points.of} points`]
  return [
    ...wrap(parts.join(` ${paint.signs.dot} `), width).map((line) => paint.bold(line)),
    '',
    ...(gaveUp ? [row('Given up', 'the solution was opened before the end')] : []),
    ...compare(solution).map((text, i) => row(i === 0 ? 'Compare' : '', text)),
    row('Trade-offs', 'lab read, section "When this design breaks": what you chose, and what others chose'),
    ...usedBy.map(({ id, title }, i) => row(i === 0 ? 'Used by' : '', `${id}   ${title}`)),
    row(
      'Next lab',
      next ? `lab start ${next.id}   ${next.title}` : 'the labs after this one are planned; lab status shows them',
    ),
  ].join('\n')
}

function compare(solution: EndScreen['solution']): string[] {
  if (solution === undefined) return []
  if (solution.own) return ['lab solution           what we built', 'lab diff --solution    where yours differs']
  return [`lab solution --track ${solution.track}   what we built, in another language`]
}
