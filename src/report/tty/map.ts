/** The map: stages, labs, steps, points, time, and what is next. */
import { workTime } from './duration.ts'
import type { Layout } from './layout.ts'
import { pad, padLeft, textWidth } from './width.ts'
import { hang, wrap } from './wrap.ts'

export interface MapStep {
  number: number
  title: string
  passed: number
  checks: number
}

export interface MapLab {
  id: string
  number: number
  title: string
  state: 'planned' | 'not started' | 'started' | 'finished'
  /** the one that `lab check` checks */
  current: boolean
  /** of a lab that is written */
  points?: { earned: number; of: number }
  /** of a lab that was started */
  step?: number
  steps?: MapStep[]
  timeMs?: number
  newChecks?: number
  /** the solution was shown before the end */
  gaveUp?: boolean
}

export interface MapData {
  title: string
  version: string
  stages: { id: string; title: string; labs: MapLab[] }[]
  /** what to do next: a command, and why */
  next: { command: string; why: string }
}

const STATE = 16

export function map(data: MapData, layout: Layout): string {
  const { paint, width } = layout
  const labs = data.stages.flatMap((stage) => stage.labs)
  const names = Math.max(...labs.map((lab) => nameOf(lab).length))
  const rows = wrap(data.title, width).map((line) => paint.bold(line))
  for (const stage of data.stages) {
    rows.push('', ...wrap(`${stage.id} ${paint.signs.dot} ${stage.title}`, width).map((line) => paint.bold(line)))
    for (const lab of stage.labs) rows.push(labRows(lab, { ...layout, names }))
  }
  rows.push('', ...summary(labs, layout), `  Next   ${paint.cyan(data.next.command)}`)
  rows.push(...wrap(data.next.why, width - 9).map((line) => `         ${line}`))
  return rows.join('\n')
}

function labRows(lab: MapLab, layout: Layout & { names: number }): string {
  const { paint, width, names } = layout
  const mark = lab.current ? paint.signs.here : lab.state === 'finished' ? paint.signs.passed : ' '
  const head = `  ${mark} ${String(lab.number).padStart(2)}  ${pad(nameOf(lab), names)}  `
  const column = textWidth(head)
  const room = width - column - STATE
  const style = lab.state === 'planned' ? paint.dim : lab.current ? paint.bold : (text: string) => text
  const state = stateOf(lab)
  const rows: string[] = []
  if (room >= 20) {
    const [first = '', ...rest] = wrap(lab.title, room)
    rows.push(style(`${head}${pad(first, room)}${padLeft(state, STATE)}`))
    rows.push(...rest.map((line) => style(`${' '.repeat(column)}${line}`)))
  } else {
    rows.push(style(`${head}${state}`), ...wrap(lab.title, width - 8).map((line) => style(`        ${line}`)))
  }
  if (lab.gaveUp)
    rows.push(...wrap('given up: the solution was opened before the end', width - 8).map((line) => `        ${line}`))
  if (lab.current && lab.steps) rows.push(...lab.steps.map((step) => stepRow(step, lab, layout)))
  return rows.join('\n')
}

function stepRow({ number, title, passed, checks }: MapStep, lab: MapLab, { paint, width }: Layout): string {
  const done = passed === checks
  const mark = done ? paint.green(paint.signs.passed) : number === lab.step ? paint.signs.here : ' '
  const right = `${passed} of ${checks} checks`
  const left = `        ${mark} ${number}  ${title}`
  if (textWidth(left) + 1 + textWidth(right) > width) return `${left}\n${padLeft(right, width)}`
  return `${pad(left, width - textWidth(right) - 1)} ${right}`
}

function stateOf(lab: MapLab): string {
  if (!lab.points || lab.state === 'planned' || lab.state === 'not started') return lab.state
  const points = `${lab.points.earned} of ${lab.points.of} points`
  if (lab.newChecks) return `${lab.newChecks} new check${lab.newChecks === 1 ? '' : 's'}`
  return points
}

function summary(labs: readonly MapLab[], { paint, width }: Layout): string[] {
  const finished = labs.filter((lab) => lab.state === 'finished').length
  const written = labs.filter((lab) => lab.state !== 'planned').length
  const time = labs.reduce((sum, lab) => sum + (lab.timeMs ?? 0), 0)
  const earned = labs.reduce((sum, lab) => sum + (lab.points?.earned ?? 0), 0)
  const of = labs.reduce((sum, lab) => sum + (lab.points?.of ?? 0), 0)
  const parts = [
    `${finished} of ${written} lab${written === 1 ? '' : 's'} finished`,
    `${labs.length - written} planned`,
    `${earned} of ${of} points`,
    `${workTime(time)} spent`,
  ]
  return [hang('  ', parts.join(` ${paint.signs.dot} `), width), '']
}

function nameOf(lab: MapLab): string {
  return lab.id.slice(lab.id.indexOf('/') + 1)
}
