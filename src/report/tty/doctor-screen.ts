/** What a lab needs and what this machine has, with the command that mends each gap. */
import { labelled } from './labelled.ts'
import type { Layout } from './layout.ts'
import { pad } from './width.ts'
import { hang } from './wrap.ts'

export interface Finding {
  name: string
  /** `missing`: the lab can't do without it; `absent`: it can */
  state: 'present' | 'missing' | 'absent'
  /** what there is, or what is not there */
  text: string
  remedy?: string | undefined
}

export function doctorScreen(findings: readonly Finding[], layout: Layout): string {
  const { paint, width } = layout
  const names = Math.max(...findings.map(({ name }) => name.length))
  return findings
    .flatMap(({ name, state, text, remedy }) => {
      const head = `  ${mark(state, layout)} ${pad(name, names)}  `
      const rows = [hang(head, state === 'absent' ? `${text} (not needed for this lab)` : text, width)]
      if (remedy !== undefined && state !== 'present') {
        rows.push(labelled('To mend', remedy, { ...layout, indent: names + 6, label: 9, style: paint.cyan }))
      }
      return rows
    })
    .join('\n')
}

function mark(state: Finding['state'], { paint }: Layout): string {
  switch (state) {
    case 'present':
      return paint.green(paint.signs.passed)
    case 'missing':
      return paint.red(paint.signs.failed)
    case 'absent':
      return paint.dim(paint.signs.skipped)
  }
}
