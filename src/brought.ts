/** Where the programs are that Drydock has with it. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Brought } from './protocol/index.ts'

/** The program's file; undefined where npm was kept from installing it with Drydock (it is an optional dependency). */
export function broughtPath(name: Brought): string | undefined {
  if (name === 'node') return process.execPath
  // An engine without npm packages beside it is told where its target has one.
  const given = process.env['LAB_ESBUILD']
  if (given !== undefined && existsSync(given)) return given
  try {
    // The program itself, not the script around it: that costs a start of node for each build.
    const library = createRequire(import.meta.url).resolve('esbuild')
    return createRequire(library).resolve(`@esbuild/${process.platform}-${process.arch}/bin/esbuild`)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}
