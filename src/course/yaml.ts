/**
 * Reads a YAML file that a person wrote: parsed, validated, and when something is wrong a Problem that names the line.
 * It loads the parser and the schema library, so import it only when a file has to be parsed (see cache.ts).
 */
import { safeParse, type GenericSchema, type InferOutput } from 'valibot'
import { EXIT, Problem, type ExitCode, type ProblemText } from '../problem.ts'
import { fileProblem } from './file-problem.ts'
import { readRegular } from './regular-file.ts'
import { listsForMaps, schemaFindings, type Finding } from './schema-findings.ts'
import { parseDocument, placeOf, type PlacedFinding } from './yaml-document.ts'

export type { Finding } from './schema-findings.ts'

export interface YamlOptions<T> {
  /** of the Problem; default 3 */
  exitCode?: ExitCode
  /** what the schema can't say */
  check?: (value: T) => Finding[]
}

/** A file that is not right, with everything that is wrong in it in the file's order; a person is shown the first few. */
export class YamlProblem extends Problem {
  constructor(
    text: ProblemText,
    exitCode: ExitCode,
    readonly file: string,
    readonly findings: readonly PlacedFinding[],
  ) {
    super(text, exitCode)
  }
}

/** At the most so many findings are shown. */
const SHOWN = 5

/** Reads, parses and validates `file`. Throws a Problem whose `where` is `file:line:col` of the first thing wrong. */
export async function readYaml<const S extends GenericSchema>(
  file: string,
  schema: S,
  options: YamlOptions<InferOutput<S>> = {},
): Promise<InferOutput<S>> {
  try {
    return parseYaml(readRegular(file, options.exitCode), file, schema, options)
  } catch (error) {
    throw fileProblem(error, `Cannot read ${file}.`, file, options.exitCode)
  }
}

/** What readYaml does with the file's bytes; `file` is only named. */
export function parseYaml<const S extends GenericSchema>(
  bytes: Buffer,
  file: string,
  schema: S,
  options: YamlOptions<InferOutput<S>> = {},
): InferOutput<S> {
  const parsed = parseDocument(bytes)
  if (!parsed.ok) throw yamlProblem(file, parsed.findings, options.exitCode)
  const { yaml } = parsed
  const placed = (findings: Finding[]) => findings.map((f) => ({ ...placeOf(yaml, f.path, f.on), ...f }))
  const lists = listsForMaps(schema, yaml.value)
  if (lists.length > 0) throw yamlProblem(file, placed(lists), options.exitCode)
  const result = safeParse(schema, yaml.value)
  if (!result.success) throw yamlProblem(file, placed(schemaFindings(schema, result.issues)), options.exitCode)
  const findings = options.check?.(result.output) ?? []
  if (findings.length > 0) throw yamlProblem(file, placed(findings), options.exitCode)
  return result.output
}

/** The Problem of a file with at least one finding. */
export function yamlProblem(
  file: string,
  findings: readonly PlacedFinding[],
  exitCode: ExitCode = EXIT.environment,
): YamlProblem {
  const inOrder = [...findings].sort((a, b) => a.line - b.line || a.col - b.col)
  const [first, ...others] = inOrder
  if (first === undefined) throw new Error(`no finding in ${file}`)
  const why = [first.message]
  if (others.length > 0) {
    why.push(`${String(others.length)} more:`)
    for (const { line, col, message } of others.slice(0, SHOWN - 1))
      why.push(`  ${String(line)}:${String(col)}  ${message}`)
    const hidden = others.length - (SHOWN - 1)
    if (hidden > 0) why.push(`  and ${String(hidden)} that are not shown`)
  }
  return new YamlProblem(
    {
      what: `${file} is not right.`,
      where: `${file}:${String(first.line)}:${String(first.col)}`,
      why: why.join('\n'),
      remedy: first.remedy ?? 'Mend that line.',
    },
    exitCode,
    file,
    inOrder,
  )
}
