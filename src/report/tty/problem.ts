import type { ProblemText } from '../../problem.ts'
import type { Paint } from './paint.ts'
export function problemText(text: ProblemText, o: { paint: Paint; width: number; stack?: string | undefined }): string {
  return JSON.stringify(text) + (o.stack ?? '')
}
