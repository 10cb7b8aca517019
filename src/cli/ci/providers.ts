/** What `lab ci init` writes for each provider: paths and texts. Pure. */
import { strToU8, zipSync, type Zippable } from 'fflate'
import type { From } from './from.ts'
import generic from './generic.sh'
import github from './github.yml'
import gitlab from './gitlab.yml'
import gradescopeRun from './gradescope-run.sh'
import gradescopeSetup from './gradescope-setup.sh'

export const PROVIDERS = ['github', 'gitlab', 'gradescope', 'generic'] as const
export type Provider = (typeof PROVIDERS)[number]

/** Every text that is ours says so: it may be replaced. */
export const MARK = 'Written by: lab ci init'

export interface Written {
  /** relative to the folder that is written to */
  path: string
  content: Uint8Array
  /** mode of a new file */
  mode: number
}

export interface Filling extends From {
  /** `LAB` or `LAB:POINTS`, checked */
  require: readonly string[]
}

export function filesFor(provider: Provider, filling: Filling): Written[] {
  const text = (path: string, template: string, mode = 0o644): Written => {
    return { path, content: strToU8(filled(template, filling)), mode }
  }
  switch (provider) {
    case 'github':
      return [text('.github/workflows/drydock.yml', github)]
    case 'gitlab':
      return [text('.gitlab-ci.yml', gitlab)]
    case 'generic':
      return [text('drydock-ci.sh', generic, 0o755)]
    case 'gradescope':
      return [{ path: 'gradescope.zip', content: archive(filling), mode: 0o644 }]
  }
}

function filled(template: string, { url, commit, require }: Filling): string {
  return template
    .replaceAll('@URL@', url)
    .replaceAll('@COMMIT@', commit)
    .replaceAll('@REQUIRE@', require.map((lab) => ` --require ${lab}`).join(''))
}

/** The scripts that Gradescope looks for, at the top. The same archive, byte for byte, for the same texts. */
function archive(filling: Filling): Uint8Array {
  // 0o100755 in the high half, made by Unix (3): APPNOTE.TXT of PKWARE, "external file attributes"; DOS dates begin in 1980.
  const entry = (template: string): Zippable[string] => [
    strToU8(filled(template, filling)),
    { os: 3, attrs: (0o100755 << 16) >>> 0, mtime: new Date(1980, 0, 1) },
  ]
  return zipSync({ run_autograder: entry(gradescopeRun), 'setup.sh': entry(gradescopeSetup) })
}
