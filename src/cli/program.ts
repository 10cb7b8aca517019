/** What the program is called, and its version. */
import manifest from '../../package.json' with { type: 'json' }

export const NAME = 'lab'
export const VERSION: string = manifest.version
export const PURPOSE: string = manifest.description
