/** What a terminal shows of a child that answers Ctrl-C: its echo comes when the child may already be writing. */
import { expect, it } from 'vitest'
import { timesSaid } from '../../../../checkers/linux/init/terminal.ts'

it.each([
  ['before the line', ['^CINT'], 1],
  ['between the line and its end', ['INT^C'], 1],
  ['twice before the line', ['^C^CINT'], 1],
  ['before the next line', ['INT', '^CUSR1'], 1],
  ['alone', ['^C'], 0],
  ['nowhere, for a signal from elsewhere', ['INT', 'INT'], 2],
])('^C %s', (_, texts, times) => {
  expect(timesSaid('INT', texts)).toBe(times)
})
