/** The first line of a run: what is checked, where, and with which seed. */
import type { Layout } from './layout.ts'
import { pad, textWidth } from './width.ts'
import { wrap } from './wrap.ts'

export interface RunHeader {
  lab: string
  /** the step worked on; or, in words, the component that is not a learner's */
  step: { number: number; title: string; of: number } | string
  target: string
  seed: string
  /** of deadlines */
  factor: number
}

export function runHeader({ lab, step, target, seed, factor }: RunHeader, { paint, width }: Layout): string {
  const dot = ` ${paint.signs.dot} `
  const about = typeof step === 'string' ? [step] : [`step ${step.number} of ${step.of}`, step.title]
  const what = [lab, ...about].join(dot)
  const how = [target, `seed ${seed}`, `deadlines ${paint.signs.times}${factor.toFixed(1)}`].join(dot)
  if (textWidth(what) + 3 + textWidth(how) <= width) {
    return `${paint.bold(pad(what, width - textWidth(how)))}${paint.dim(how)}`
  }
  return [
    ...wrap(what, width).map((line) => paint.bold(line)),
    ...wrap(how, width - 2).map((line) => paint.dim(`  ${line}`)),
  ].join('\n')
}
