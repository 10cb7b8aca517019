/** A label and beside it its text: `Expected      after init …`. */
import type { Layout } from './layout.ts'
import { pad } from './width.ts'
import { hang } from './wrap.ts'

export interface LabelledOptions extends Layout {
  /** columns before the label */
  indent?: number
  /** columns of the label with the space after it */
  label?: number
  /** paints the text */
  style?: (line: string) => string
}

export function labelled(label: string, text: string, options: LabelledOptions): string {
  const { indent = 4, label: columns = 14, width, paint, style } = options
  if (text === '') return `${' '.repeat(indent)}${paint.dim(label)}`
  return hang(`${' '.repeat(indent)}${paint.dim(pad(label, columns))}`, text, width, style)
}
