import { Problem } from '../../src/problem.ts'

/** The Problem that `action` throws; anything else fails the test. */
export async function caught(action: () => unknown): Promise<Problem> {
  try {
    await action()
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
