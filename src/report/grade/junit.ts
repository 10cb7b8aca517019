/**
 * JUnit's XML, as Jenkins and GitLab read it: a suite for each lab, a case for each check. The XSD of Jenkins' xunit plugin
 * sets the order of what is in a case.
 */
import { escapeText } from '../escape.ts'
import type { GradedCheck, GradedLab, GradeReport } from './report.ts'
import { checkText, outputLines, reasonText, stateWords } from './words.ts'

export function junit(report: GradeReport): string {
  const suites = report.labs.filter(({ state }) => state !== 'not-started')
  const counts = sum(suites.map(countsOf))
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: `lab grade: ${report.workspace}`, ...counts, time: seconds(report.ms) })}>`,
    ...suites.map((lab) => suite(lab, report)),
    '</testsuites>',
    '',
  ].join('\n')
}

function suite(lab: GradedLab, report: GradeReport): string {
  const skipped = lab.checks.filter(({ verdict }) => verdict === 'not-run').length
  const own = { name: lab.lab, ...countsOf(lab), skipped, time: seconds(lab.ms), timestamp: report.began.slice(0, 19) }
  return [
    `  <testsuite${attributes(own)}>`,
    '    <properties>',
    ...Object.entries(propertiesOf(lab, report)).map(
      ([name, value]) => `      <property${attributes({ name, value })}/>`,
    ),
    '    </properties>',
    ...lab.checks.map((check) => testcase(lab, check)),
    ...(lab.reason === undefined ? [] : [`    <system-err>${xml(reasonText(lab.reason))}</system-err>`]),
    '  </testsuite>',
  ].join('\n')
}

function propertiesOf(lab: GradedLab, { course, seed, program }: GradeReport): Record<string, string> {
  return {
    state: stateWords(lab),
    points: String(lab.points.earned),
    'points-of': String(lab.points.of),
    seed,
    course: course.version,
    'course-digest': course.digest,
    [program.name]: program.version,
    ...(lab.component?.digest !== undefined && { component: lab.component.digest }),
    ...(lab.checkers !== undefined && { checks: lab.checkers }),
    ...(lab.machine && {
      target: lab.machine.target,
      kernel: lab.machine.kernel,
      'deadline-factor': String(lab.machine.factor),
    }),
    ...lab.tools,
  }
}

function testcase(lab: GradedLab, check: GradedCheck): string {
  const open = `    <testcase${attributes({
    name: `${check.check}: ${check.claim}`,
    classname: lab.lab.replaceAll('/', '.'),
    time: seconds(check.ms),
    status: check.verdict,
  })}`
  const lines = outputLines(check)
  const output = lines.length === 0 ? [] : [`      <system-out>${xml(lines.join('\n'))}</system-out>`]
  const body = [...verdict(check), ...output]
  return body.length === 0 ? `${open}/>` : [`${open}>`, ...body, '    </testcase>'].join('\n')
}

function verdict(check: GradedCheck): string[] {
  const text = checkText(check)
  const message = text.split('\n').join('; ')
  const element = (name: string, type: string): string[] => [
    `      <${name}${attributes({ type, message })}>${xml(text)}</${name}>`,
  ]
  switch (check.verdict) {
    case 'passed':
      return []
    case 'failed':
    case 'timeout':
      return element('failure', check.verdict)
    case 'error':
      return element('error', check.reason?.cause ?? 'error')
    case 'not-run':
      // A component that is not built fails what it can't show; what time kept from running is skipped.
      return check.reason?.cause === 'submission'
        ? element('failure', 'submission')
        : [`      <skipped>${xml(message)}</skipped>`]
  }
}

interface Counts {
  tests: number
  failures: number
  errors: number
}

function countsOf({ checks }: GradedLab): Counts {
  const failed = ({ verdict, reason }: GradedCheck): boolean =>
    verdict === 'failed' || verdict === 'timeout' || (verdict === 'not-run' && reason?.cause === 'submission')
  return {
    tests: checks.length,
    failures: checks.filter(failed).length,
    errors: checks.filter(({ verdict }) => verdict === 'error').length,
  }
}

const sum = (all: readonly Counts[]): Counts =>
  all.reduce((a, b) => ({ tests: a.tests + b.tests, failures: a.failures + b.failures, errors: a.errors + b.errors }), {
    tests: 0,
    failures: 0,
    errors: 0,
  })

const seconds = (ms: number): string => (ms / 1000).toFixed(3)

const attributes = (entries: Record<string, string | number>): string =>
  Object.entries(entries)
    .map(([name, value]) => ` ${name}="${xml(String(value)).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`)
    .join('')

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Character data: what XML 1.0 has no place for (section 2.2, Char) is shown as an escape. */
function xml(text: string): string {
  return escapeText(text)
    .replace(/[\ufffe\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`)
    .replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c)
}
