/** Prose is in Markdown; the build puts it into the bundle as text. */
declare module '*.md' {
  const text: string
  export default text
}
