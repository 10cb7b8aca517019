/** Protos are files of a dependency; the bundler hands them over as text. */
declare module '*.proto' {
  const text: string
  export default text
}
