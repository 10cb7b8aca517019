import { connect } from './connect.ts'
import { removePlaces } from './uml/place.ts'

/** Removes what killed engines left on this machine; returns a line for each thing that was removed. `root` is the package's folder. */
export async function cleanUp(root: string): Promise<string[]> {
  const places = removePlaces()
  await using engine = await connect({ root, target: 'auto', requires: [] })
  return [...places, ...engine.removed].map((path) => `removed what a killed run left: ${path}`)
}
