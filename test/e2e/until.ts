/** Waits until a condition holds; throws after half a minute, with what was printed so far. */
export async function until(what: string, probe: () => boolean, printed: () => string = () => ''): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!probe()) {
    if (Date.now() > deadline) throw new Error(`gave up waiting until ${what}; printed so far:\n${printed()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
