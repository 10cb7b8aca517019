/** Workflows are YAML; the build puts them into the bundle as text. */
declare module '*.yml' {
  const text: string
  export default text
}
