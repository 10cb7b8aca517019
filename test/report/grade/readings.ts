/**
 * What the readers of each format make of a report: its points, those of each lab, and the checks that have none. Formats
 * with a parser of somebody else's are read by that; what has none (lines of GitHub's runner, the terminal) by its own rules.
 */
import { execFileSync } from 'node:child_process'
import { marked, type Tokens } from 'marked'
import { Parser } from 'tap-parser'
import type { ReporterName } from '../../../src/report/grade/index.ts'
import type { GradeReport } from '../../../src/report/grade/report.ts'

/** What a format does not say is absent. */
export interface Reading {
  /** `12 of 19` */
  points?: string
  /** lab → points */
  labs?: Record<string, string>
  /** `lab check`, in the order of the report */
  failed: string[]
}

export type Reader = (text: string) => Reading

const json: Reader = (text) => {
  const { labs, points } = JSON.parse(text) as GradeReport
  return {
    points: `${points.earned} of ${points.of}`,
    labs: Object.fromEntries(labs.map((lab) => [lab.lab, `${lab.points.earned} of ${lab.points.of}`])),
    failed: labs.flatMap(({ lab, checks }) =>
      checks.filter(({ verdict }) => verdict !== 'passed').map(({ check }) => `${lab} ${check}`),
    ),
  }
}

/** Python's own parser of XML. */
const TREE = `import json, sys, xml.etree.ElementTree as tree
print(json.dumps([{
  'name': suite.get('name'),
  'properties': {p.get('name'): p.get('value') for p in suite.iter('property')},
  'cases': [[case.get('name'), [child.tag for child in case]] for case in suite.iter('testcase')],
} for suite in tree.fromstring(sys.stdin.buffer.read()).iter('testsuite')]))`

interface Suite {
  name: string
  properties: Record<string, string>
  cases: [string, string[]][]
}

const junit: Reader = (text) => {
  const suites = JSON.parse(execFileSync('python3', ['-c', TREE], { input: text, encoding: 'utf8' })) as Suite[]
  const bad = ['failure', 'error', 'skipped']
  return {
    labs: Object.fromEntries(suites.map(({ name, properties: p }) => [name, `${p['points']} of ${p['points-of']}`])),
    failed: suites.flatMap(({ name, cases }) =>
      cases.flatMap(([test, tags]) => (tags.some((tag) => bad.includes(tag)) ? `${name} ${beforeColon(test)}` : [])),
    ),
  }
}

const beforeColon = (text: string): string => text.slice(0, text.indexOf(': '))

const tap: Reader = (text) => {
  const parser = new Parser()
  const failed: string[] = []
  const labs: Record<string, string> = {}
  parser.on('assert', ({ ok, name }: { ok: boolean; name: string }) => {
    if (!ok) failed.push(beforeColon(name))
  })
  parser.on('comment', (comment: string) => {
    const [, lab, points] = /^# (\S+): (\d+ of \d+) points/.exec(comment) ?? []
    if (lab !== undefined && points !== undefined) labs[lab] = points
  })
  parser.end(text)
  return { labs, failed }
}

const gradescope: Reader = (text) => {
  const { score, tests } = JSON.parse(text) as {
    score: number
    tests: { name: string; score: number; max_score: number; status: string }[]
  }
  const of = tests.reduce((sum, test) => sum + test.max_score, 0)
  const failed = tests.filter(({ status }) => status === 'failed')
  // Whatever Gradescope shows as failed has no points, and nothing else.
  if (failed.length !== tests.filter((test) => test.score === 0).length) throw new Error('a test of 0 points passed')
  return { points: `${score} of ${of}`, failed: failed.map(({ name }) => beforeColon(name)) }
}

const gitlab: Reader = (text) => ({
  failed: (JSON.parse(text) as { check_name: string }[]).map(({ check_name: name }) => {
    const [stage, lab, ...check] = name.split('/')
    return `${stage}/${lab} ${check.join('/')}`
  }),
})

const github: Reader = (text) => {
  const titles = [...text.matchAll(/^::(?:error|warning) title=([^,\n]*?)(?:,[^\n]*?)?::/gm)].map(([, title = '']) =>
    title.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%'),
  )
  const lab = /^(\S+): (\d+ of \d+) points$/
  const check = /^(\S+ \S+) \(R\d+\): /
  return {
    labs: Object.fromEntries(
      titles.flatMap((title) => {
        const [, name, points] = lab.exec(title) ?? []
        return name !== undefined && points !== undefined ? [[name, points]] : []
      }),
    ),
    failed: titles.flatMap((title) => check.exec(title)?.[1] ?? []),
  }
}

const markdown: Reader = (text) => {
  const tokens = marked.lexer(text)
  const headings = tokens.filter((token): token is Tokens.Heading => token.type === 'heading')
  const table = tokens.find((token): token is Tokens.Table => token.type === 'table')
  const plain = (raw: string): string => raw.replaceAll('\\', '')
  const [points] = headings.flatMap(({ depth, text }) => (depth === 3 ? text.replace(/ points$/, '') : []))
  return {
    ...(points !== undefined && { points }),
    labs: Object.fromEntries(table?.rows.map(([lab, of]) => [plain(lab?.text ?? ''), of?.text ?? '']) ?? []),
    failed: headings.flatMap(({ depth, text }) => (depth === 4 && text.includes(' ') ? plain(text) : [])),
  }
}

const tty: Reader = (text) => {
  const labs = Object.fromEntries(
    [...text.matchAll(/^ {2}(\S+\/\S+) +(\d+ of \d+) points/gm)].map(([, lab = '', points = '']) => [lab, points]),
  )
  const failed: string[] = []
  let lab = ''
  for (const line of text.split('\n')) {
    const [, head] = /^ {2}([a-z][\w-]*\/[\w-]+)$/.exec(line) ?? []
    const [, check] = /^ {2}(?:\S+ +)??([a-z][\w-]*\/[\w-]+) {2,}\S/.exec(line) ?? []
    if (head !== undefined) lab = head
    else if (check !== undefined && lab !== '') failed.push(`${lab} ${check}`)
  }
  const [, points] = /^ {2}(\d+ of \d+) points/m.exec(text) ?? []
  return { ...(points !== undefined && { points }), labs, failed }
}

export const READERS: Readonly<Record<ReporterName, Reader>> = {
  tty,
  json,
  junit,
  github,
  gitlab,
  gradescope,
  tap,
  markdown,
}

/** The labs in which something is missing: GitHub is told of those alone. */
export const short = (labs: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(labs).filter(([, points]) => {
      const [earned, of] = points.split(' of ')
      return earned !== of
    }),
  )
