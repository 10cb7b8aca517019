/** The report itself. docs/schemas/grade.json says what is in it. */
import type { GradeReport } from './report.ts'

// What JSON allows as it is, and a terminal or a reader of lines takes for more: DEL, C1, bidirectional and separating controls.
const UNSAFE = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** The same data, with these as escapes. */
export function jsonText(data: unknown): string {
  const text = JSON.stringify(data, null, 2)
  return `${text.replace(UNSAFE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`
}

export const json = (report: GradeReport): string => jsonText(report)
