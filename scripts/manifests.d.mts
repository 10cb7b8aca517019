import type { Metafile } from 'esbuild'

type Inputs = Metafile['outputs'][string]['inputs']

export function contributing(inputs: Inputs): string[]
export function manifestOf(bundle: string, inputs: readonly string[], root: string, kit?: string): Promise<string>
