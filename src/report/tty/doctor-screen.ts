/** What a lab needs and what this machine has, with the commands that mend the gaps. */
import { labelled } from './labelled.ts'
import type { Layout } from './layout.ts'
import { pad } from './width.ts'
import { hang, wrap } from './wrap.ts'

export interface Finding {
  name: string
  /** `missing`: the lab can't do without it; `absent`: checks run without it */
  state: 'present' | 'missing' | 'absent'
  /** what there is, or what is not there */
  text: string
  /** the command that mends this gap alone */
  remedy?: string | undefined
  /** the block mends it with others: the remedy is not shown beside it */
  inBlock?: boolean | undefined
}

/** What mends the gaps that packages mend, to be pasted as one. */
export interface Block {
  /** shell commands, one after the other */
  commands: readonly string[]
  /** who has to run them: `root` where this person can't become root */
  as: 'you' | 'root'
}

export function doctorScreen(findings: readonly Finding[], layout: Layout): string {
  const { paint, width } = layout
  const names = Math.max(...findings.map(({ name }) => name.length))
  return findings
    .flatMap(({ name, state, text, remedy, inBlock }) => {
      const head = `  ${mark(state, layout)} ${pad(name, names)}  `
      const rows = [hang(head, text, width)]
      if (remedy !== undefined && inBlock !== true && state !== 'present') {
        rows.push(labelled('To mend', remedy, { ...layout, indent: names + 6, label: 9, style: paint.cyan }))
      }
      return rows
    })
    .join('\n')
}

/** The block as it can be pasted: a command that is too long for a line goes on in the next. */
export function blockScreen({ commands, as }: Block, missing: boolean, { paint, width }: Layout): string {
  const what = missing ? 'To mend it' : 'To have what is absent too'
  const heading =
    as === 'root'
      ? `${what}, root runs this (there is no sudo here; in a container: docker exec -it --user root CONTAINER sh):`
      : `${what}, paste this:`
  const lines = commands.flatMap((command) =>
    wrap(command, Math.max(20, width - 8)).map((line, i, all) => {
      const indent = i === 0 ? '    ' : '      '
      return `${indent}${paint.cyan(line)}${i < all.length - 1 ? ' \\' : ''}`
    }),
  )
  return [...wrap(heading, width - 2).map((line) => `  ${line}`), '', ...lines].join('\n')
}

function mark(state: Finding['state'], { paint }: Layout): string {
  switch (state) {
    case 'present':
      return paint.green(paint.signs.passed)
    case 'missing':
      return paint.red(paint.signs.failed)
    case 'absent':
      return paint.dim(paint.signs.skipped)
  }
}
