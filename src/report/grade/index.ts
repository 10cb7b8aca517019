/** The reporters by name: what `--reporter` takes. A new one is a file and a line here. */
import type { Layout } from '../tty/layout.ts'
import { github } from './github.ts'
import { gitlab } from './gitlab.ts'
import { gradescope } from './gradescope.ts'
import { json } from './json.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import type { Around } from './places.ts'
import type { GradeReport } from './report.ts'
import { tap } from './tap.ts'
import { tty } from './tty.ts'

export type Reporter = (report: GradeReport, around: Around & Layout) => string

export const REPORTERS = { tty, json, junit, github, gitlab, gradescope, tap, markdown } as const satisfies Record<
  string,
  Reporter
>
export type ReporterName = keyof typeof REPORTERS
export const REPORTER_NAMES = Object.keys(REPORTERS) as ReporterName[]
