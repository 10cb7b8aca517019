/** Where components run, which targets there are, and why `auto` takes the one that it takes. */
import { labelled } from './labelled.ts'
import type { Layout } from './layout.ts'
import { pad } from './width.ts'
import { hang } from './wrap.ts'

export interface TargetScreen {
  /** of the workspace: `auto` or a name */
  target: string
  auto: string | undefined
  /** in hand, so that the targets are looked at for what it requires */
  lab: string | undefined
  targets: readonly { name: string; summary: string; usable: boolean; why: string; remedy?: string | undefined }[]
}

export function targetScreen({ target, auto, lab, targets }: TargetScreen, layout: Layout): string {
  const { paint, width } = layout
  const names = Math.max('auto'.length, ...targets.map(({ name }) => name.length))
  const row = (name: string, usable: boolean, text: string): string => {
    const mark = name === target ? paint.signs.here : usable ? ' ' : paint.red(paint.signs.failed)
    return hang(`  ${mark} ${pad(name, names)}  `, text, width)
  }
  const first = `the first of these that can be used${lab === undefined ? '' : ` for ${lab}`}`
  return [
    row('auto', auto !== undefined, auto === undefined ? 'none of these can be used here' : `now ${auto}: ${first}`),
    ...targets.flatMap(({ name, summary, usable, why, remedy }) => [
      row(name, usable, `${summary}; ${why}`),
      ...(remedy === undefined || usable
        ? []
        : [labelled('To mend', remedy, { ...layout, indent: names + 6, label: 9, style: paint.cyan })]),
    ]),
    '',
    hang('  ', `${paint.signs.here} is what this workspace uses; lab target NAME changes it`, width),
  ].join('\n')
}
