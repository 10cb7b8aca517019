import { expect, it } from 'vitest'
import { requirementsOf } from '../../src/course/requirements.ts'

const sentence = (text: string): string | undefined => requirementsOf(`- **R1** ${text}\n`).get('R1')

it('reads the lines of requirements, in order', () => {
  const lesson = 'Text.\n\n- **R1** One.\n- **R2** Two.\n- R3 is no requirement.\n\n**R4** Nor this.\n'
  expect([...requirementsOf(lesson)]).toEqual([
    ['R1', 'One.'],
    ['R2', 'Two.'],
  ])
})

it.each([
  ['its timeout_nano is 0', 'its timeout_nano is 0'],
  ['timeout_nano and max_data_len', 'timeout_nano and max_data_len'],
  ['__init__ is `__init__`', 'init is __init__'],
  ['`call` MUST send `a_b * c`, and `*`', 'call MUST send a_b * c, and *'],
  ['an *odd* id, a **new** one, _never_ a __used__ one', 'an odd id, a new one, never a used one'],
  ['***both***, and *a `b*c` d*', 'both, and a b*c d'],
  ['_one_, _two_ and (_three_four_)', 'one, two and (three_four)'],
  ['2 * 3 * 4', '2 * 3 * 4'],
  ['_with `code` in it_', 'with code in it'],
])('strips emphasis and marks of code, and nothing else: %s', (text, plain) => {
  expect(sentence(text)).toBe(plain)
})
