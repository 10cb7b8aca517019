/** The kill matrix of a proof, and what each check costs, for a person. */
import type { Proof } from '../proof/proof.ts'
import { moment } from '../../report/tty/duration.ts'
import type { Layout } from '../../report/tty/layout.ts'
import { pad, padLeft } from '../../report/tty/width.ts'
import { hang } from '../../report/tty/wrap.ts'

/** Checks with their costs, references with what they pass, mutants with who rejects them. */
export function matrix(proof: Proof, layout: Layout): string {
  const checks = Object.keys(proof.checks)
  return [...costs(proof, layout), '', ...references(proof, checks, layout), '', ...kills(proof, checks, layout)].join(
    '\n',
  )
}

function costs({ checks }: Proof, { paint }: Layout): string[] {
  const ids = Object.keys(checks)
  const wide = Math.max(...ids.map((id) => id.length))
  const head = `     ${pad('check', wide)}  ${['cost', 'checker', 'component', 'contract'].map((word) => padLeft(word, 9)).join(' ')}`
  const rows = Object.entries(checks).map(([id, { cost }], i) => {
    const own = Math.max(0, cost.ms - cost.component - cost.contract)
    const times = [cost.ms, own, cost.component, cost.contract].map((ms) => padLeft(moment(ms), 9))
    return `  ${padLeft(String(i + 1), 2)} ${pad(id, wide)}  ${times.join(' ')}`
  })
  const total = Object.values(checks).reduce((sum, { cost }) => sum + cost.ms, 0)
  return [
    paint.dim(head),
    ...rows,
    paint.dim(`     ${pad('all, on the slowest solution', wide)}  ${padLeft(moment(total), 9)}`),
  ]
}

function references({ solutions, oracles }: Proof, checks: string[], layout: Layout): string[] {
  const rows = [
    ...solutions.map((name) => [`solution ${name}`, `passes ${checks.length} of ${checks.length}`] as const),
    ...Object.entries(oracles).map(([name, except]) => {
      const passes = `passes ${checks.length - except.length} of ${checks.length}`
      return [`oracle ${name}`, except.length === 0 ? passes : `${passes}; excepted: ${except.join(', ')}`] as const
    }),
  ]
  const wide = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => hang(`  ${pad(name, wide)}  `, text, layout.width))
}

function kills({ mutants }: Proof, checks: string[], { paint }: Layout): string[] {
  const names = Object.keys(mutants)
  const wide = Math.max(0, ...names.map((name) => name.length))
  const numbers = checks.map((_, i) => String(i + 1))
  const tens = numbers.map((number) => (number.length > 1 ? number.slice(0, -1) : ' ')).join(' ')
  const ones = numbers.map((number) => number.slice(-1)).join(' ')
  const rows = Object.entries(mutants).map(([name, { requirement, kills }]) => {
    const cells = checks.map((id) => (id === kills[0] ? 'X' : kills.includes(id) ? 'x' : '.'))
    return `  ${pad(name, wide)}  ${cells.join(' ')}  ${requirement}`
  })
  return [
    ...(checks.length > 9 ? [paint.dim(`  ${pad('', wide)}  ${tens}`)] : []),
    paint.dim(`  ${pad('mutant', wide)}  ${ones}`),
    ...rows,
    paint.dim('  X the first check, in course order, that rejects it; x another one'),
  ]
}
