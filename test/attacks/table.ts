/** The table of docs/security.md. Where a fate is what no program can tell of itself, the row names the test that shows it. */
import { BY_BUILD, BY_COMPONENT, BY_EXHAUSTION, BY_MOUNT, type Attack, type Fate, type Setting } from './attacks.ts'
import { BY_SUBMISSION } from './submissions.ts'

const WORDS: Readonly<Record<Fate, string>> = {
  held: 'held',
  seen: 'held, and noted',
  told: 'refused',
  open: '**not held**',
}
const COLUMNS: readonly Setting[] = ['local', 'root', 'uml']

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`

/** As prettier lays it out. */
export function tableOf(): string {
  const rows = [
    ['a component …', 'local', 'local as root', 'uml'],
    ...[...BY_COMPONENT, ...BY_EXHAUSTION, BY_MOUNT].map(cells),
    ['**a build …**', '', '', ''],
    ...BY_BUILD.map(cells),
    ['**a submission …**', '', '', ''],
    ...BY_SUBMISSION.map(cells),
  ]
  const widths = rows.reduce((most, one) => one.map((cell, i) => Math.max(most[i] ?? 3, cell.length)), [] as number[])
  const [head = [], ...body] = rows.map((one) => one.map((cell, i) => cell.padEnd(widths[i] ?? 0)))
  return [row(head), row(widths.map((width) => '-'.repeat(width))), ...body.map(row)].join('')
}

const cells = ({ tries, fate }: Pick<Attack, 'tries' | 'fate'>): string[] => [
  tries,
  ...COLUMNS.map((setting) => WORDS[fate[setting]]),
]
