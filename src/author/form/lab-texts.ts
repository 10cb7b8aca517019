/** What people read in lab.yaml, each text with its line. */
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Lab } from '../../course/model.ts'
import { parseDocument, placeOf } from '../../course/yaml-document.ts'
import { readPage, type Page } from './markdown.ts'

export interface LabText {
  kind: 'title' | 'claim' | 'why' | 'source' | 'hint' | 'other'
  /** the check's id, where it is the text of one */
  check: string | undefined
  text: string
  line: number
  /** the text as Markdown, which is what it is rendered as; its lines are those of lab.yaml, about */
  page: Page
}

export interface LabTexts {
  texts: LabText[]
  /** check id → line of its entry */
  checks: Map<string, number>
}

export function labTexts(lab: Lab, root: string): LabTexts {
  const path = join(lab.dir, 'lab.yaml')
  const parsed = parseDocument(readFileSync(path))
  if (!parsed.ok) throw new Error(`${path} was read a moment ago`)
  const { yaml } = parsed
  const lineOf = (...at: (string | number)[]): number => placeOf(yaml, at).line
  const texts: LabText[] = []
  const add = (kind: LabText['kind'], text: string, at: (string | number)[], check?: string): void => {
    const line = lineOf(...at)
    texts.push({ kind, check, text, line, page: moved(readPage(relative(root, path), text), line) })
  }
  add('title', lab.title, ['title'])
  add('other', lab.builds.purpose, ['builds', 'purpose'])
  add('other', lab.standard, ['standard'])
  for (const [name, what] of Object.entries(lab.tools)) add('other', what, ['tools', name])
  const checks = new Map<string, number>()
  lab.steps.forEach((step, s) => {
    add('title', step.title, ['steps', s, 'title'])
    step.checks.forEach((check, c) => {
      const at = ['steps', s, 'checks', c]
      checks.set(check.id, lineOf(...at, 'id'))
      for (const kind of ['claim', 'why', 'source'] as const) add(kind, check[kind], [...at, kind], check.id)
      check.hints.forEach((hint, h) => {
        add('hint', hint, [...at, 'hints', h], check.id)
      })
    })
  })
  return { texts, checks }
}

function moved(page: Page, by: number): Page {
  const move = <T extends { line: number }>(item: T): T => ({ ...item, line: item.line + by - 1 })
  return { ...page, prose: page.prose.map(move), links: page.links.map(move), code: page.code.map(move) }
}
