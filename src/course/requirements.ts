/** The numbered requirements of a lesson's Contract section: lines `- **R3** When …`. */

/**
 * Code as it is, or what stands between two marks of emphasis. An underscore is a mark only beside a word, since
 * identifiers have them inside (CommonMark, "Emphasis and strong emphasis").
 */
const MARKED =
  /`([^`]+)`|(\*{1,3})(?=\S)((?:`[^`]*`|[^*`])+)(?<=\S)\2|(?<!\w)(_{1,3})(?=[^\s_])((?:`[^`]*`|[^`])+?)(?<=[^\s_])\4(?!\w)/g

/** Requirement id → its sentence, in order; without Markdown's emphasis and marks of code. */
export function requirementsOf(lesson: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [, id, text] of lesson.matchAll(/^- \*\*(R[1-9]\d*)\*\* (.+)$/gm)) {
    if (id !== undefined && text !== undefined) found.set(id, plain(text))
  }
  return found
}

/** Requirement id → its line, 1-based. */
export function requirementLines(lesson: string): Map<string, number> {
  const lines = lesson.split('\n').map((line) => /^- \*\*(R[1-9]\d*)\*\* /.exec(line)?.[1])
  return new Map(lines.flatMap((id, i) => (id === undefined ? [] : [[id, i + 1]])))
}

const plain = (text: string): string =>
  text.replace(
    MARKED,
    (_, code: string | undefined, __, starred: string | undefined, ___, lined: string | undefined) =>
      code ?? plain(starred ?? lined ?? ''),
  )
