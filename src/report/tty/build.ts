/** How the component's build went. */
import { escapeLine } from '../escape.ts'
import { duration } from './duration.ts'
import { labelled } from './labelled.ts'
import type { Layout } from './layout.ts'

export function buildLine(state: 'done' | 'cached', ms: number, { paint }: Layout): string {
  return paint.dim(state === 'cached' ? '  built before; nothing has changed' : `  built in ${duration(ms)}`)
}

export interface BuildFailure {
  command?: string | undefined
  ended?: string | undefined
  output?: string | undefined
  /** path of the whole output, for a person */
  file?: string | undefined
}

const LAST_LINES = 20

export function buildFailure({ command, ended, output = '', file }: BuildFailure, layout: Layout): string {
  const { paint } = layout
  const lines = output.replace(/\n+$/, '').split('\n').map(escapeLine)
  const shown = lines.slice(-LAST_LINES)
  const which = shown.length < lines.length ? `last ${shown.length} lines` : 'all of it'
  return [
    `  ${paint.red(paint.signs.failed)} ${paint.bold('the build failed')}; no check was run`,
    ...(command === undefined ? [] : [labelled('Command', escapeLine(command), layout)]),
    ...(ended === undefined ? [] : [labelled('Ended', escapeLine(ended), layout)]),
    labelled(
      'Output',
      output.trim() === '' ? '(none)' : `(${which}${file === undefined ? '' : `; all: ${file}`})`,
      layout,
    ),
    ...(output.trim() === '' ? [] : shown.map((line) => `      ${line}`)),
  ].join('\n')
}
