import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { readCommands } from '../../src/engine/stream.ts'

it('commands are read one a line; a line that is none is told and skipped', async () => {
  const bad: string[] = []
  const input = new PassThrough()
  input.end('{"type":"hello","protocol":3}\r\n{"type":"nosuch"}\nnonsense\n{"type":"bye"}\n')
  const types: string[] = []
  for await (const command of readCommands(input, { onBad: (why) => bad.push(why) })) types.push(command.type)
  expect(types).toEqual(['hello', 'bye'])
  expect(bad).toHaveLength(2)
  expect(bad[1]).toBe('not JSON: nonsense')
})

it('commands end when their input is destroyed: whoever read the events is gone, and may leave it open', async () => {
  const input = new PassThrough()
  input.write('{"type":"hello","protocol":3}\n')
  const types: string[] = []
  for await (const command of readCommands(input, { onBad: () => undefined })) {
    types.push(command.type)
    input.destroy()
  }
  expect(types).toEqual(['hello'])
})
