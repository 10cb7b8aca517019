/** Why a check did not pass: what was expected, what was observed, and the evidence for it. */
import type { CheckResult, OutputLine, TimelineEntry } from '../../protocol/index.ts'
import { escapeLine, escapeText } from '../escape.ts'
import { cutLine } from './cut.ts'
import { moment } from './duration.ts'
import { labelled } from './labelled.ts'
import type { Layout } from './layout.ts'
import { pad, padLeft, textWidth } from './width.ts'
import { hang } from './wrap.ts'

export interface Failed {
  result: CheckResult
  /** `R3` */
  requirement: string
  /** when it passed before: `3 minutes ago` */
  passed?: string | undefined
  /** paths of the whole evidence, for a person */
  files: { output: string; timeline: string }
  seed: string
  /** the journal does not know this seed as that of the last failure: the commands have to name it */
  seedNamed?: boolean | undefined
  /** the command that runs it again, where that is not the workspace's component */
  again?: string | undefined
  /** its host can not be held and entered */
  noEntry?: boolean | undefined
  /** what to look at in the held host */
  look?: string | undefined
  hints: { of: number; taken: number }
  /** say in full how to go on, and not only how to see it again */
  help: boolean
}

/** More entries than these go to the file alone. */
const TIMELINE = { first: 4, last: 10 }
const OUTPUT_LAST = 8
const TIME = 9
/** where the text beside a label begins */
const TEXT_COLUMN = 18

export function failure(failed: Failed, layout: Layout): string {
  const { result, requirement, files } = failed
  const rows = [
    headline(
      `${result.check} ${result.verdict === 'timeout' ? 'took too long' : 'failed'}`,
      `requirement ${requirement}`,
      layout,
    ),
  ]
  const say = (label: string, text: string): number => rows.push(labelled(label, escapeText(text), layout))
  if (failed.passed !== undefined) say('Regression', `it passed ${failed.passed}`)
  if (result.failure) {
    say('Expected', result.failure.expected)
    say('Observed', result.failure.observed)
  } else if (result.verdict === 'timeout') {
    say('Observed', `the check had not ended after ${moment(result.ms)}`)
  }
  if (result.timeline.length > 0) rows.push(...timeline(result.timeline, files.timeline, layout))
  rows.push(...output(result, files.output, layout))
  for (const note of result.notes) say('Note', note)
  rows.push(...goOn(failed, layout))
  return rows.join('\n')
}

/** How to see it again, to look into it, and to be helped: a command for each. */
function goOn(
  { result: { check }, seed, seedNamed, again: other, noEntry, look, hints, help }: Failed,
  layout: Layout,
): string[] {
  const exactly = seedNamed === true ? ` --seed ${seed}` : ''
  const fits = (command: string): boolean => textWidth(command) <= layout.width - TEXT_COLUMN
  const row = (label: string, command: string, what: string): string =>
    fits(command)
      ? labelled(label, `${command}   ${what}`, layout)
      : `${labelled(label, what, layout)}\n${ofItsOwn(command)}`
  if (other !== undefined) return [row('See it again', other, 'runs it alone')]
  const again = row(
    'See it again',
    `lab repro ${check}${exactly}`,
    exactly ? 'runs it alone' : `runs it alone with seed ${seed}`,
  )
  if (!help) return [again]
  const shell = exactly ? `lab shell ${check}${exactly}` : 'lab shell'
  const enter = [
    row('Look into it', shell, `holds the host where it fails${look !== undefined && fits(shell) ? '; there:' : ''}`),
    ...(look === undefined || fits(shell) ? [] : [labelled('There', '', layout)]),
    ...(look === undefined ? [] : [ofItsOwn(escapeText(look))]),
  ]
  return [
    again,
    ...(noEntry === true ? [] : enter),
    row('Why', `lab explain ${check}`, 'the requirement, an incident, the sources'),
    ...(hints.of > hints.taken ? [row('Stuck?', 'lab hint', `${hints.of} rungs; you have taken ${hints.taken}`)] : []),
  ]
}

/** A command that can be pasted: on lines of its own, never wrapped. */
const ofItsOwn = (command: string): string => command.replaceAll(/^/gm, '      ')

export function headline(left: string, right: string, { paint, width }: Layout): string {
  const title = `  ${left}`
  if (textWidth(title) + 2 + textWidth(right) > width) return `${paint.bold(title)}\n    ${paint.dim(right)}`
  return `${paint.bold(title)}${paint.dim(padLeft(right, width - textWidth(title)))}`
}

function timeline(entries: readonly TimelineEntry[], file: string, layout: Layout): string[] {
  const kinds = Math.min(10, Math.max(...entries.map(({ kind }) => textWidth(escapeLine(kind)))))
  const row = ({ at, kind, text }: TimelineEntry): string =>
    hang(`      ${padLeft(moment(at), TIME)}  ${pad(escapeLine(kind), kinds)}  `, escapeText(text), layout.width)
  const left = entries.length - TIMELINE.first - TIMELINE.last
  if (left <= 1) return [labelled('Timeline', '', layout), ...entries.map(row)]
  return [
    labelled('Timeline', `(${entries.length} entries; all: ${file})`, layout),
    ...entries.slice(0, TIMELINE.first).map(row),
    `      ${' '.repeat(TIME)}  ${layout.paint.signs.ellipsis} ${left} more`,
    ...entries.slice(-TIMELINE.last).map(row),
  ]
}

function output({ output, outputLines }: CheckResult, file: string, layout: Layout): string[] {
  if (outputLines === 0) return [labelled('Output', '(the component wrote nothing)', layout)]
  const shown = output.slice(-OUTPUT_LAST)
  const which =
    shown.length < outputLines
      ? `last ${shown.length} of ${outputLines} lines`
      : `${outputLines} line${outputLines === 1 ? '' : 's'}`
  return [labelled('Output', `(${which}; in a file: ${file})`, layout), ...shown.map((line) => outputRow(line, layout))]
}

function outputRow({ at, stream, text }: OutputLine, { width }: Layout): string {
  const cut = cutLine(text)
  return hang(`      ${padLeft(moment(at), TIME)}  ${stream}  `, escapeLine(cut.text) + cut.rest, width)
}
