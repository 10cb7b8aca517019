import { expect, it } from 'vitest'
import { findToolchain } from '../../src/engine/toolchain.ts'

const shell = { id: 'sh', program: 'sh', locate: ['sh', '-c', 'echo /usr'], paths: ['bin'], env: {}, install: 'none' }

it('finds a toolchain whose builds call programs that this machine has', async () => {
  const found = await findToolchain({ ...shell, needs: { sh: 'apt-get install dash' } })
  expect(found).toMatchObject({ home: '/usr', path: ['/usr/bin'] })
})

it('says what installs a program that builds call and that is missing', async () => {
  const found = findToolchain({ ...shell, needs: { 'no-such-linker': 'apt-get install linker' } })
  await expect(found).rejects.toMatchObject({
    name: 'EnvironmentFault',
    fault: {
      cause: 'environment',
      what: 'there is no no-such-linker, which sh calls',
      remedy: 'apt-get install linker',
    },
  })
})
