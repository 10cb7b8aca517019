/** The frame of a lesson: which sections it has, in which order, and what each must hold. */
import type { Lab } from '../../course/model.ts'
import type { Defect } from '../defect.ts'
import type { Fault } from './fault.ts'
import { sectionsOf, type Page, type Section } from './markdown.ts'

export type FrameOf = Pick<Lab, 'id' | 'steps'>

const BEFORE = ['Purpose', 'The problem', 'What can go wrong', 'The minimal design', 'Contract']
const AFTER = ['When this design breaks', 'The pattern', 'Sources']
const LOOK = 'Look for yourself'

const stepHeading = (number: number, title: string): string => `Step ${number} · ${title}`

export function frameDefects(page: Page, lab: FrameOf, fault: Fault): Defect[] {
  const sections = sectionsOf(page, 2)
  return [
    ...titleDefects(page, lab, fault),
    ...orderDefects(page, sections, lab, fault),
    ...sections.flatMap((section) => contentDefects(page, section, fault)),
    ...lab.steps.flatMap(({ number, title }) => {
      const section = sections.find(({ heading }) => heading.text === stepHeading(number, title))
      return section === undefined ? [] : stepDefects(page, section, number, fault)
    }),
  ]
}

function titleDefects({ path, headings }: Page, { id }: FrameOf, fault: Fault): Defect[] {
  const titles = headings.filter(({ depth }) => depth === 1)
  const [title, second] = titles
  const defects: Defect[] = []
  if (title === undefined || headings[0] !== title || !title.text.startsWith(`${id}: `)) {
    defects.push(
      fault({
        file: path,
        line: title?.line ?? 1,
        what: `The lesson does not begin with its title.`,
        why: title && `Its first title is "${title.text}".`,
        remedy: `Begin it with the line "# ${id}: " and what the learner builds.`,
      }),
    )
  }
  if (second !== undefined) {
    const { line, text } = second
    defects.push(fault({ file: path, line, what: `There is a second title: ${text}.`, remedy: 'Make it "## …".' }))
  }
  return defects
}

function orderDefects({ path }: Page, sections: readonly Section[], { steps }: FrameOf, fault: Fault): Defect[] {
  const wanted = [...BEFORE, ...steps.map(({ number, title }) => stepHeading(number, title)), ...AFTER]
  const found = sections.map(({ heading }) => heading)
  const defects: Defect[] = []
  for (const name of wanted) {
    if (found.some(({ text }) => text === name)) continue
    const number = /^Step (\d+) · /.exec(name)?.[1]
    const other = number === undefined ? undefined : found.find(({ text }) => text.startsWith(`Step ${number} · `))
    defects.push(
      other === undefined
        ? fault({
            file: path,
            what: `The lesson has no section "${name}".`,
            remedy: `Add "## ${name}" after "${wanted[wanted.indexOf(name) - 1] ?? 'the title'}".`,
          })
        : fault({
            file: path,
            line: other.line,
            what: `The title of step ${String(number)} is not that of lab.yaml.`,
            why: `The lesson says "${other.text}", lab.yaml "${name}".`,
            remedy: `Write "## ${name}", or change the title in lab.yaml.`,
          }),
    )
  }
  const titled = new Set(found.map(({ text }) => /^Step \d+ · /.exec(text)?.[0] ?? text))
  const seen = new Set<string>()
  for (const { text, line } of found) {
    const number = /^Step (\d+)\b/.exec(text)?.[1]
    if (seen.has(text)) {
      defects.push(fault({ file: path, line, what: `The section "${text}" occurs twice.`, remedy: 'Join the two.' }))
    } else if (number !== undefined && !steps.some((step) => step.number === Number(number))) {
      const what = `The lesson has a step ${number}, and lab.yaml has ${steps.length}.`
      defects.push(fault({ file: path, line, what, remedy: 'Add the step to lab.yaml, or take the section out.' }))
    } else if (number === undefined && !wanted.includes(text)) {
      defects.push(
        fault({
          file: path,
          line,
          what: `The frame of a lesson has no section "${text}".`,
          remedy: `Make it a "### …" of one of: ${wanted.join(', ')}.`,
        }),
      )
    }
    seen.add(text)
  }
  return [...defects, ...(titled.size > 0 ? outOfOrder(path, wanted, found, fault) : [])]
}

/** Names the first section that comes before one that it should follow. */
function outOfOrder(path: string, wanted: string[], found: { text: string; line: number }[], fault: Fault): Defect[] {
  const known = found.filter(({ text }) => wanted.includes(text))
  for (const [i, { text, line }] of known.entries()) {
    const next = known[i + 1]
    if (next === undefined || wanted.indexOf(text) <= wanted.indexOf(next.text)) continue
    return [
      fault({
        file: path,
        line,
        what: `The section "${text}" comes before "${next.text}".`,
        why: `The order is: ${wanted.join(', ')}.`,
        remedy: `Move "${next.text}" (line ${next.line}) up.`,
      }),
    ]
  }
  return []
}

function contentDefects({ path, code }: Page, { heading, body, end }: Section, fault: Fault): Defect[] {
  const { text, line } = heading
  const lacks = (what: string, remedy: string): Defect[] => [
    fault({ file: path, line, what: `The section "${text}" has no ${what}.`, remedy }),
  ]
  if (body.trim() === '')
    return [fault({ file: path, line, what: `The section "${text}" is empty.`, remedy: 'Write it.' })]
  switch (text) {
    case 'Purpose':
      return /^(?:\*\*Prerequisites[.:]\*\*|Prerequisites:) \S/m.test(body)
        ? []
        : lacks('prerequisites', 'Add a paragraph that begins with "**Prerequisites.**".')
    case 'What can go wrong':
      return /^\|(?: *:?-+:? *\|){2,}$/m.test(body)
        ? []
        : lacks('table', 'Add one: | risk | what it looks like | what this lab does about it |')
    case 'The minimal design':
      return code.some(({ info, line: at }) => info.startsWith('mermaid') && at > line && at < end)
        ? []
        : lacks('diagram', 'Add a ```mermaid block that shows it.')
    default:
      return []
  }
}

function stepDefects({ path }: Page, { heading, body }: Section, number: number, fault: Fault): Defect[] {
  const { text, line } = heading
  const defects: Defect[] = []
  const validation = `Validation: \`lab check --step ${number}\`.`
  const lines = body.split('\n')
  if (!lines.includes(validation)) {
    const other = lines.findIndex((l) => l.startsWith('Validation:'))
    defects.push(
      fault({
        file: path,
        line: other === -1 ? line : line + other + 1,
        what: `The section "${text}" does not say how its step is validated.`,
        why: other === -1 ? undefined : `It says: ${lines[other] ?? ''}`,
        remedy: `Give it the line: ${validation}`,
      }),
    )
  }
  if (!lines.includes(`### ${LOOK}`)) {
    defects.push(
      fault({
        file: path,
        line,
        what: `The section "${text}" has no "${LOOK}".`,
        remedy: `End it with "### ${LOOK}": a command and a question that show the step from outside.`,
      }),
    )
  }
  return defects
}
