/** Diagrams parse, by Mermaid's own parser: a page that GitHub can't draw shows an error instead. */
import { execa } from 'execa'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { errno } from '../../course/file-problem.ts'
import { makeFolder } from '../../make-folder.ts'
import type { Defect } from '../defect.ts'
import type { Fault } from './fault.ts'
import type { CodeBlock, Page } from './markdown.ts'
import { parserIn, PINNED } from './parser.ts'

const Faults = v.array(v.nullable(v.object({ message: v.string(), line: v.nullable(v.number()) })))

interface Diagram {
  page: Page
  block: CodeBlock
  fault: Fault
}

/**
 * `program` is the folder of this program. Without diagrams nothing is started. Throws what parserIn throws.
 */
export async function diagramDefects(
  pages: readonly { page: Page; fault: Fault }[],
  program: string,
): Promise<Defect[]> {
  const diagrams = pages.flatMap(({ page, fault }) =>
    page.code
      .filter(({ info }) => info.split(' ', 1)[0] === 'mermaid')
      .map((block): Diagram => ({ page, block, fault })),
  )
  if (diagrams.length === 0) return []
  const faults = await parse(
    diagrams.map(({ block }) => block.text),
    program,
  )
  return diagrams.flatMap(({ page, block, fault }, i): Defect[] => {
    const found = faults[i]
    if (found === null || found === undefined) return []
    return [
      fault({
        file: page.path,
        line: block.line + (found.line ?? 0),
        what: 'The diagram is not Mermaid.',
        why: found.message.trimEnd().split('\n').map(cut).join('\n'),
        remedy: 'Mend that line; https://mermaid.live draws a diagram while you write it.',
      }),
    ]
  })
}

/** The parser lists all words that it would have taken. */
const cut = (line: string): string => (line.length <= 160 ? line : `${line.slice(0, 160)}…`)

async function parse(diagrams: readonly string[], program: string): Promise<v.InferOutput<typeof Faults>> {
  const input = JSON.stringify(diagrams)
  const script = await parserIn(program)
  const right = remembered([readFileSync(join(dirname(script), PINNED)), readFileSync(script), input])
  if (existsSync(right)) return diagrams.map(() => null)
  const { stdout } = await execa(process.execPath, [script], { input })
  const faults = v.parse(Faults, JSON.parse(stdout))
  if (faults.length !== diagrams.length) throw new Error(`${faults.length} answers about ${diagrams.length} diagrams`)
  if (faults.every((fault) => fault === null)) remember(right)
  return faults
}

/** An empty file that is there when exactly these diagrams were right for this parser: to load it takes a second. */
function remembered(parts: readonly (Buffer | string)[]): string {
  const digest = createHash('sha256')
  for (const part of parts) digest.update(createHash('sha256').update(part).digest())
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  return join(cache, 'drydock', 'diagrams', digest.digest('hex'))
}

function remember(path: string): void {
  try {
    makeFolder(dirname(path))
    writeFileSync(path, '')
  } catch (error) {
    if (errno(error) === undefined) throw error // a full or read-only disk costs time, nothing else
  }
}
