/** Where things lie in a course's folder. */
import { join } from 'node:path'

export function labDir(root: string, id: string): string {
  return join(root, 'labs', ...id.split('/'))
}

export function trackDir(root: string, id: string): string {
  return join(root, 'labs', 'tracks', id)
}

/** The files that a learner's component starts from; later ones lie over earlier ones. */
export function starterLayers(root: string, lab: string, track: string): string[] {
  const given = join(labDir(root, lab), 'given')
  return [join(trackDir(root, track), 'template'), join(given, track), join(given, 'common')]
}
