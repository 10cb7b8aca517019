/** Brings the table of a class to standard output and into files. */
import { resolve } from 'node:path'
import { fileProblem } from '../../course/file-problem.ts'
import { classTable } from '../../report/grade/class-table.ts'
import type { ClassReport } from '../../report/grade/class.ts'
import { csv, type Roster } from '../../report/grade/csv.ts'
import { jsonText } from '../../report/grade/json.ts'
import type { Layout } from '../../report/tty/layout.ts'
import { createPaint } from '../../report/tty/paint.ts'
import { named, writeReport } from './deliver.ts'

const NAMES = ['tty', 'json', 'csv'] as const

/** Throws Problem (wrong usage). */
export const classDeliveryOf = (said: string) => named(said, NAMES)

export function deliverClass(
  report: ClassReport,
  deliveries: readonly ReturnType<typeof classDeliveryOf>[],
  { roster, layout, print }: { roster: Roster | undefined; layout: Layout; print: (text: string) => void },
): void {
  const plain = { width: 100, paint: createPaint({ colour: false, utf8: true }) }
  for (const { reporter, file } of deliveries) {
    const at = file === undefined ? layout : plain
    const text =
      reporter === 'tty' ? classTable(report, at) : reporter === 'csv' ? csv(report, roster) : jsonText(report)
    if (file === undefined) print(text)
    else
      try {
        writeReport(resolve(file), text)
      } catch (error) {
        throw fileProblem(error, `The report ${reporter} can not be written.`, resolve(file))
      }
  }
}
