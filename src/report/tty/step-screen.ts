/** A step and what its checks ask for. */
import type { Layout } from './layout.ts'
import { pad } from './width.ts'
import { hang, wrap } from './wrap.ts'

export interface StepScreen {
  lab: string
  number: number
  of: number
  title: string
  checks: readonly { id: string; claim: string; points: number }[]
}

export function stepScreen({ lab, number, of, title, checks }: StepScreen, { paint, width }: Layout): string {
  const ids = Math.max(...checks.map(({ id }) => id.length))
  return [
    ...wrap([lab, `step ${number} of ${of}`, title].join(` ${paint.signs.dot} `), width).map((line) =>
      paint.bold(line),
    ),
    '',
    ...checks.map(({ id, claim, points }) => {
      const text = `${claim} (${points} point${points === 1 ? '' : 's'})`
      if (width - ids - 6 >= 24) return hang(`  ${paint.cyan(pad(id, ids))}  `, text, width)
      return [`  ${paint.cyan(id)}`, ...wrap(text, width - 4).map((line) => `    ${line}`)].join('\n')
    }),
  ].join('\n')
}
