/** What the command blocks of a lesson must obey before any of them is run. Pure. */
import type { Defect } from '../defect.ts'
import { EXPECT, READ, RUN, type Block, type Section } from './blocks.ts'
import { wrongPatterns } from './pattern.ts'

/** the smallest part of the command blocks that must be runnable */
const RUNNABLE = { of: 5, least: 4 }
/** Languages of fences that a person would paste into a shell. */
const SHELLS = /^(sh|bash|zsh|shell|shellsession|console|terminal|run|expect)$/
export const EXPERIMENT = 'Look for yourself'

const DRAWN = `\`\`\`${RUN}`
const PRINTED = `\`\`\`${EXPECT}`
const REASON = 'a sentence with "not run" and "because", right before it'

export interface LessonOf {
  lab: string
  /** relative to the course's folder */
  file: string
  /** number of steps of the lab */
  steps: number
}

export const runnable = (sections: readonly Section[]): Block[] => commands(sections).filter(({ info }) => info === RUN)

/** Blocks that a person could run: both kinds. */
export const commands = (sections: readonly Section[]): Block[] =>
  sections.flatMap(({ blocks }) => blocks).filter(({ info }) => info === RUN || info === READ)

/** All defects of the blocks, in the order of their lines; those of the lesson as a whole last. */
export function blockDefects(sections: readonly Section[], of: LessonOf): Defect[] {
  const defect = (line: number, what: string, remedy: string, why?: string): Defect => {
    return { part: 'lessons', lab: of.lab, where: `${of.file}:${line}`, what, remedy, ...(why && { why }) }
  }
  const found: Defect[] = []
  for (const section of sections) {
    const expected = new Set(section.blocks.flatMap(({ info, next }) => (info === RUN && next ? [next] : [])))
    for (const block of section.blocks) {
      if (!block.closed) found.push(defect(block.line, 'A block does not end.', 'Close it with ``` on its own line.'))
      found.push(...kindDefects(block, defect), ...expectDefects(block, expected.has(block), defect))
    }
    found.push(...experimentDefects(section, defect))
  }
  return [...found, ...wholeDefects(sections, of, defect)]
}

type Make = (line: number, what: string, remedy: string, why?: string) => Defect

function kindDefects(block: Block, defect: Make): Defect[] {
  const { info, line, next, before } = block
  if (info === RUN) {
    if (next?.info === EXPECT) return []
    const what = 'A block is run, and nothing says what it prints.'
    return [defect(line, what, `Put a block ${PRINTED} right below it, with what it prints.`)]
  }
  if (info === READ) {
    if (isReason(before)) return []
    const what = 'A command block is not run, and the paragraph before it does not say why.'
    return [defect(line, what, `Let it be run (${DRAWN}), or write ${REASON}.`)]
  }
  if (info === EXPECT || !SHELLS.test(info.split(' ')[0] ?? '')) return []
  const remedy = `Write ${DRAWN} for one that is run, \`\`\`${READ} for one that is read, ${PRINTED} for what is printed.`
  return [defect(line, `A block is marked "${info}", which means nothing here.`, remedy)]
}

function expectDefects({ info, line, text }: Block, belongs: boolean, defect: Make): Defect[] {
  if (info !== EXPECT) return []
  if (!belongs) {
    const what = 'An expected output follows no block that is run.'
    return [defect(line, what, `Put it right below its block, which is marked ${DRAWN}.`)]
  }
  const lines = text.split('\n')
  const found = lines.flatMap((expected, i) =>
    wrongPatterns(expected).map(({ pattern, why }) =>
      defect(
        line + 1 + i,
        `The pattern ${pattern} can't be used.`,
        'Correct it, so that it matches what varies and nothing less.',
        why,
      ),
    ),
  )
  if (lines.some((expected) => !['', '...'].includes(expected.trim()))) return found
  const what = 'An expected output accepts whatever is printed.'
  return [...found, defect(line, what, 'Let the block print something that tells success from failure, and expect it.')]
}

/** An experiment is run, or it says why it can't be: two terminals, a person's hands, a network … */
function experimentDefects({ title, line, blocks, prose }: Section, defect: Make): Defect[] {
  if (title !== EXPERIMENT || blocks.some(({ info }) => info === RUN) || isReason(prose)) return []
  const what = 'An experiment has no block that is run, and does not say why.'
  return [defect(line, what, `Write its commands as ${DRAWN}, or a sentence with "not run" and "because".`)]
}

function wholeDefects(sections: readonly Section[], { steps }: LessonOf, defect: Make): Defect[] {
  const found: Defect[] = []
  for (let step = 1; step <= steps; step += 1) {
    const own = sections.filter((section) => section.step === step)
    if (own.length === 0 || runnable(own).length > 0) continue
    const what = `Step ${step} has no block that is run.`
    found.push(defect(own[0]?.line ?? 1, what, `Show what its success looks like with a block ${DRAWN}.`))
  }
  const [all, run] = [commands(sections), runnable(sections)]
  if (run.length * RUNNABLE.of < all.length * RUNNABLE.least) {
    const what = `${run.length} of ${all.length} command blocks are run; four fifths have to be.`
    const others = all.filter(({ info }) => info === READ).map(({ line }) => line)
    const why = `Not run are those in ${others.length === 1 ? 'line' : 'lines'} ${others.join(', ')}.`
    found.push(defect(others[0] ?? 1, what, `Mark what can be run as ${DRAWN}.`, why))
  }
  return found
}

/** Whether some sentence says that a block is not run, and why. */
export const isReason = (prose: string): boolean =>
  prose.split(/(?<=[.:;])\s/).some((sentence) => /\bnot run\b/i.test(sentence) && /\bbecause\s+\w/i.test(sentence))
