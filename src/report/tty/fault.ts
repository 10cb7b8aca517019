/** Why something could not be graded: the environment's gap with what mends it, or a bug of ours. */
import type { Fault } from '../../protocol/index.ts'
import { escapeText } from '../escape.ts'
import { labelled } from './labelled.ts'
import type { Layout } from './layout.ts'

/** `checks`: those that it kept from being graded. */
export function faultText(fault: Fault, checks: readonly string[], layout: Layout): string {
  const { paint } = layout
  const who = fault.cause === 'bug' ? 'a bug of lab, not yours' : 'this machine, not your component'
  const rows = [`  ${paint.bold('could not be graded')}: ${who}`]
  const say = (label: string, text: string | undefined): void => {
    if (text !== undefined) rows.push(labelled(label, escapeText(text), layout))
  }
  say('What', fault.what)
  say('Why', fault.why)
  say('To mend', fault.remedy)
  if (checks.length > 0) say('Checks', checks.join(', '))
  if (fault.cause === 'bug') {
    if (fault.detail !== undefined)
      rows.push(
        ...escapeText(fault.detail)
          .split('\n')
          .map((line) => paint.dim(`      ${line}`)),
      )
    say('Report it', "with these lines, in the issue tracker of Drydock's repository")
  }
  return rows.join('\n')
}
