/** What `lab author verify` says of one lab. */
import type { Defect, Part } from '../defect.ts'
import type { Verified } from '../verify.ts'
import { moment } from '../../report/tty/duration.ts'
import type { Layout } from '../../report/tty/layout.ts'
import { problemText } from '../../report/tty/problem.ts'
import { pad, padLeft } from '../../report/tty/width.ts'
import { hang } from '../../report/tty/wrap.ts'
import { matrix } from './matrix.ts'

/** Each part with its time and what is wrong in it. */
export function verified(result: Verified, layout: Layout): string {
  const { paint } = layout
  const { defects, parts, lab, state, remarks } = result
  if (state === 'held') return `  ${paint.signs.passed} ${lab} is proved: nothing has changed since`
  const all = new Set([...(Object.keys(parts) as Part[]), ...defects.map(({ part }) => part)])
  const rows = [...all].map((part) => {
    const wrong = defects.filter((defect) => defect.part === part).length
    const sign = wrong === 0 ? paint.signs.passed : paint.signs.failed
    const what = wrong === 0 ? '' : wrong === 1 ? '1 problem' : `${wrong} problems`
    const ms = parts[part]
    return `  ${sign} ${pad(part, 12)}${padLeft(ms === undefined ? '' : moment(ms), 9)}  ${what}`.trimEnd()
  })
  return [
    paint.bold(lab),
    ...rows,
    ...defects.map((defect) => `\n${defectText(defect, layout)}`),
    ...(remarks.length > 0 ? [''] : []),
    ...remarks.map((remark) => hang('  Note  ', remark, layout.width)),
    ...(result.elsewhere === undefined ? [] : ['', `  The verdicts on ${result.elsewhere} are those of the proof.`]),
    ...(result.proof !== undefined && state === 'proved' ? ['', matrix(result.proof, layout)] : []),
  ].join('\n')
}

export function defectText({ what, where, why, remedy }: Defect, layout: Layout): string {
  return problemText({ what, where, why, remedy }, layout)
}
