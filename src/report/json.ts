import type { ProblemText } from '../problem.ts'
export function errorJson(told: { code: number; text: ProblemText; stack?: string | undefined }) {
  return { error: { exitCode: told.code, ...told.text, ...(told.stack === undefined ? {} : { stack: told.stack }) } }
}
