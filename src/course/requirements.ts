/** The numbered requirements of a lesson's Contract section: lines `- **R3** When …`. */

/** Requirement id → its sentence, in order; without Markdown's emphasis. */
export function requirementsOf(lesson: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [, id, text] of lesson.matchAll(/^- \*\*(R[1-9]\d*)\*\* (.+)$/gm)) {
    if (id !== undefined && text !== undefined) found.set(id, text.replace(/[*_`]/g, ''))
  }
  return found
}
