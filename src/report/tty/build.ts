/** How the component's build went. */
import { escapeLine, escapeText } from '../escape.ts'
import { cutLine } from './cut.ts'
import { duration } from './duration.ts'
import { labelled } from './labelled.ts'
import type { Layout } from './layout.ts'

export function buildLine(state: 'done' | 'cached', ms: number, { paint }: Layout): string {
  return paint.dim(state === 'cached' ? '  built before; nothing has changed' : `  built in ${duration(ms)}`)
}

export interface BuildFailure {
  step?: 'fetch' | 'build' | 'run' | undefined
  command?: string | undefined
  ended?: string | undefined
  output?: string | undefined
  remedy?: string | undefined
  /** path of the whole output, for a person */
  file?: string | undefined
}

const LAST_LINES = 20

const HEADLINES = {
  fetch: 'what the build needs could not be fetched',
  build: 'the build failed',
  run: 'the component can not be started',
}

export function buildFailure(failed: BuildFailure, layout: Layout): string {
  const { step = 'build', command, ended, output = '', remedy, file } = failed
  const { paint } = layout
  const lines = output.replace(/\n+$/, '').split('\n').map(cutLine)
  const shown = lines.slice(-LAST_LINES)
  const [which, kept] = shown.length < lines.length ? [`last ${shown.length} lines`, 'all'] : ['all of it', 'in a file']
  const where = `${which}${file === undefined ? '' : `; ${kept}: ${file}`}`
  return [
    `  ${paint.red(paint.signs.failed)} ${paint.bold(HEADLINES[step])}; no check was run`,
    ...(command === undefined ? [] : [labelled('Command', escapeLine(command), layout)]),
    ...(ended === undefined ? [] : [labelled(step === 'run' ? 'Why' : 'Ended', escapeLine(ended), layout)]),
    ...(remedy === undefined ? [] : [labelled('To mend', escapeText(remedy), layout)]),
    ...(step === 'run' ? [] : [labelled('Output', output.trim() === '' ? '(none)' : `(${where})`, layout)]),
    ...(output.trim() === '' ? [] : shown.map(({ text, rest }) => `      ${escapeLine(text)}${rest}`)),
  ].join('\n')
}
