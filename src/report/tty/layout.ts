/** What every screen element is given. */
import type { Paint } from './paint.ts'

export interface Layout {
  paint: Paint
  /** columns, 40 to 100 */
  width: number
}
