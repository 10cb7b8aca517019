/** What `lab start` says before it grades the starter. */
import { labelled } from './labelled.ts'
import type { Layout } from './layout.ts'
import { hang, wrap } from './wrap.ts'

export interface StartScreen {
  number: number
  of: number
  id: string
  title: string
  builds: { usage: string; purpose: string }
  standard: string
  /** a line for each: where components run, the language, the workspace */
  place: readonly (readonly [label: string, text: string])[]
  /** path of the lesson in the component's folder */
  lesson?: string | undefined
  /** path of the file to edit first */
  edit: string
  /** how to check from here */
  check: string
}

export function startScreen(screen: StartScreen, layout: Layout): string {
  const { paint, width } = layout
  const place = { ...layout, indent: 2, label: 33 }
  const lab = { ...layout, indent: 2, label: 14 }
  const dot = ` ${paint.signs.dot} `
  return [
    ...screen.place.map(([label, text]) => {
      // In a narrow terminal the text stands below its label.
      if (width < 50) return [labelled(label, '', lab), hang('    ', text, width)].join('\n')
      return labelled(label, text, width < 70 ? { ...lab, label: 29 } : place)
    }),
    '',
    ...wrap([`Lab ${screen.number} of ${screen.of}`, screen.id, screen.title].join(dot), width - 2).map(
      (line) => `  ${paint.bold(line)}`,
    ),
    '',
    labelled('You build', screen.builds.usage, { ...lab, style: paint.bold }),
    labelled('', screen.builds.purpose, lab),
    labelled('Standard', screen.standard, lab),
    labelled('Lesson', screen.lesson === undefined ? 'lab read' : `lab read   (or ${screen.lesson})`, lab),
    labelled('Edit', screen.edit, lab),
    labelled('Check', screen.check, lab),
  ].join('\n')
}
