/** The sections that each page under docs/ has. */
import type { Defect } from '../defect.ts'
import type { Fault } from './fault.ts'
import { sectionsOf, type Page } from './markdown.ts'

export const PAGE_SECTIONS = ['Purpose', 'Prerequisites', 'Validation'] as const

const ABOUT = {
  Purpose: 'what the page is for',
  Prerequisites: 'what a reader has to know or to have first',
  Validation: 'how a reader sees that it worked, or that the page is still right',
} as const

export function pageDefects(page: Page, fault: Fault): Defect[] {
  const sections = sectionsOf(page, 2)
  return PAGE_SECTIONS.flatMap((name): Defect[] => {
    const section = sections.find(({ heading }) => heading.text === name)
    if (section === undefined) {
      return [
        fault({
          file: page.path,
          what: `The page has no section ${name}.`,
          why: `Every page under docs/ has ${PAGE_SECTIONS.join(', ')}.`,
          remedy: `Add "## ${name}" with a sentence: ${ABOUT[name]}.`,
        }),
      ]
    }
    if (section.body.trim() !== '') return []
    const { line } = section.heading
    return [
      fault({ file: page.path, line, what: `The section ${name} is empty.`, remedy: `Say there ${ABOUT[name]}.` }),
    ]
  })
}
