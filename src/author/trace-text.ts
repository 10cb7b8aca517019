/** The table of `lab author trace` for a terminal. */
import { hang, wrap } from '../report/tty/wrap.ts'
import { pad, textWidth } from '../report/tty/width.ts'
import type { Trace, TraceRow } from './trace.ts'

/** How many columns; what is longer is wrapped, and the ids of checks are never broken where they fit. */
export function traceText({ lab, title, rows }: Trace, width = 80): string {
  const checks = rows.flatMap((row) => row.checks)
  const mutants = rows.flatMap((row) => row.mutants)
  const column = Math.max(0, ...checks.map(({ id }) => textWidth(id))) + 2
  const counts = [
    count(rows.length, 'requirement'),
    count(checks.length, 'check'),
    count(mutants.length, 'mutant'),
  ].join(' · ')
  const lines = [...wrap(`${lab} · ${title}`, width), `  ${counts}`]
  for (const row of rows) lines.push('', ...rowLines(row, column, width))
  const calibrated = checks.filter(({ oracles }) => oracles.length === 0).map(({ id }) => id)
  lines.push('', ...(calibrated.length === 0 ? [] : [hang('  No real tool runs  ', calibrated.join(', '), width)]))
  return `${lines.join('\n').trimEnd()}\n`
}

function rowLines({ requirement, checks, mutants }: TraceRow, column: number, width: number): string[] {
  const own = checks.map(({ id, oracles }) => {
    const tools = oracles.length === 0 ? 'reference-calibrated' : oracles.join(', ')
    return hang(`    ${pad(id, column)}`, tools, width)
  })
  return [
    hang(pad(requirement.id, 5), requirement.text.replace(/[*_`]/g, ''), width),
    ...(own.length === 0 ? ['    no check verifies it'] : own),
    hang('    broken by  ', mutants.length === 0 ? 'no mutant' : mutants.map(({ name }) => name).join(', '), width),
  ]
}

const count = (n: number, thing: string): string => `${n} ${thing}${n === 1 ? '' : 's'}`
