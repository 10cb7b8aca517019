/** Shell programs are files; the bundler hands them over as text. */
declare module '*.sh' {
  const text: string
  export default text
}
