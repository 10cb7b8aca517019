/** Widths of texts and of the terminal, in columns. */

export const DEFAULT_WIDTH = 80

/** How wide to lay out: the terminal's width within 40 and 100; 80 where there is no terminal. */
export function widthOf(stream: { isTTY?: boolean; columns?: number }): number {
  if (stream.isTTY !== true || !stream.columns) return DEFAULT_WIDTH
  return Math.min(100, Math.max(40, stream.columns))
}
