/** Brings a report to where its readers look: standard output, files, and GitHub's job summary. */
import { randomBytes } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import { fileProblem } from '../../course/file-problem.ts'
import { nearest } from '../../course/nearest.ts'
import { EXIT, Problem } from '../../problem.ts'
import { REPORTER_NAMES, REPORTERS, type ReporterName } from '../../report/grade/index.ts'
import { markdown } from '../../report/grade/markdown.ts'
import type { GradeReport } from '../../report/grade/report.ts'
import { createPaint } from '../../report/tty/paint.ts'
import type { Layout } from '../../report/tty/layout.ts'
import { makeFolder, replaceFile } from '../../workspace/durable-file.ts'
import { contains, real } from '../place.ts'

export interface Delivery {
  reporter: ReporterName
  /** undefined: standard output */
  file: string | undefined
}

export const deliveryOf = (said: string): Delivery => named(said, REPORTER_NAMES)

/** `NAME`, `NAME=FILE`, or `NAME=-`. Throws Problem (wrong usage). */
export function named<Name extends string>(
  said: string,
  known: readonly Name[],
): { reporter: Name; file: string | undefined } {
  const at = said.indexOf('=')
  const name = at < 0 ? said : said.slice(0, at)
  const file = at < 0 ? undefined : said.slice(at + 1)
  const reporter = known.find((one) => one === name)
  if (reporter !== undefined && file !== '') return { reporter, file: file === '-' ? undefined : file }
  const near = nearest(name, known)
  throw new Problem(
    {
      what: reporter === undefined ? `There is no reporter "${name}".` : `--reporter ${said} names no file.`,
      why:
        near === undefined || reporter !== undefined
          ? `The reporters are ${known.join(', ')}.`
          : `Did you mean ${near}?`,
      remedy: `lab grade --reporter ${reporter ?? near ?? 'json'}=FILE`,
    },
    EXIT.usage,
  )
}

/** With `--json` standard output is one JSON value. Throws Problem (wrong usage). */
export function refuseTwoOnStdout(
  deliveries: readonly { reporter: string; file: string | undefined }[],
  json: boolean,
): void {
  const other = deliveries.find(({ file }) => file === undefined)
  if (!json || other === undefined) return
  throw new Problem(
    {
      what: `--json and --reporter ${other.reporter} can not both go to standard output.`,
      remedy: `lab grade --json --reporter ${other.reporter}=FILE`,
    },
    EXIT.usage,
  )
}

export interface DeliverOptions {
  /** the workspace's folder */
  workspace: string
  /** of standard output */
  layout: Layout
  environment: Readonly<Record<string, string | undefined>>
  print: (text: string) => void
}

/** Writes all that can be written, then throws the Problem of what could not. */
export function deliver(report: GradeReport, deliveries: readonly Delivery[], options: DeliverOptions): void {
  const { layout, environment, print } = options
  const prefix = prefixOf(options.workspace, environment)
  const plain = { width: 100, paint: createPaint({ colour: false, utf8: true }) }
  const problems: unknown[] = []
  const attempt = (work: () => void, what: string, path: string): void => {
    try {
      work()
    } catch (error) {
      problems.push(fileProblem(error, what, path))
    }
  }
  for (const { reporter, file } of deliveries) {
    const text = REPORTERS[reporter](report, { prefix, ...(file === undefined ? layout : plain) })
    if (file === undefined) print(reporter === 'github' ? text : withoutCommands(text, environment))
    else {
      const path = resolve(file)
      attempt(() => writeReport(path, text), `The report ${reporter} can not be written.`, path)
    }
    const summary = environment['GITHUB_STEP_SUMMARY']
    if (reporter === 'github' && summary !== undefined && summary !== '')
      attempt(() => appendFileSync(summary, markdown(report)), "GitHub's job summary can not be written.", summary)
  }
  if (problems.length > 0) throw problems[0]
}

/** Throws what the system calls throw. */
export function writeReport(path: string, text: string): void {
  makeFolder(dirname(path))
  replaceFile(path, text)
}

/**
 * GitHub's runner takes a line that begins with `::` for a command, after spaces too, and `##[` anywhere. What a
 * component wrote must not be one.
 */
function withoutCommands(text: string, environment: DeliverOptions['environment']): string {
  if (environment['GITHUB_ACTIONS'] !== 'true') return text
  const token = randomBytes(16).toString('hex')
  return `::stop-commands::${token}\n${text}::${token}::\n`
}

/** The workspace's folder below the repository that a CI system has checked out: '' or `folder/`. */
function prefixOf(workspace: string, environment: DeliverOptions['environment']): string {
  const repository = environment['GITHUB_WORKSPACE'] ?? environment['CI_PROJECT_DIR']
  if (repository === undefined || repository === '' || !contains(real(repository), real(workspace))) return ''
  const path = relative(real(repository), real(workspace)).split(sep).join('/')
  return path === '' ? '' : `${path}/`
}
