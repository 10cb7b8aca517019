import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { onPath } from '../../src/cli/on-path.ts'
import { firstUsable, missingFor } from '../../src/cli/tracks.ts'
import { loadCourse } from '../../src/course/course.ts'
import { loadLab } from '../../src/course/lab.ts'
import { loadTrack } from '../../src/course/track.ts'
import { tempFolder, writeFiles } from '../course/sample.ts'
import { caught } from '../course/caught.ts'
import { PACKAGE } from './built.ts'

const course = await loadCourse(PACKAGE)
const lab = await loadLab(course, 'linux/init')

/** Looks for programs in a folder that has those named and no other. */
function machineWith(folder: string, programs: string[]): (program: string) => string | undefined {
  writeFiles(folder, Object.fromEntries(programs.map((name) => [name, '#!/bin/sh\n'])))
  for (const name of programs) chmodSync(join(folder, name), 0o755)
  return (program) => onPath(program, folder)
}

describe('the first usable track', () => {
  test('is one whose linker is there too', async () => {
    using folder = tempFolder()
    expect((await firstUsable(course, lab, machineWith(folder.path, ['cargo', 'cc']))).id).toBe('rust')
  })

  test('says what installs the linker where only that is missing', async () => {
    using folder = tempFolder()
    const find = machineWith(folder.path, ['cargo'])
    const rust = await loadTrack(course, 'rust')
    expect(missingFor(rust, find)).toEqual(['cc'])
    const { text } = await caught(() => firstUsable(course, lab, find))
    expect(text.why).toBe('On PATH there is no go, python3, cc.')
    expect(text.remedy).toContain(`Rust: ${rust.toolchain().needs['cc'] ?? ''}`)
    expect(text.remedy).not.toContain(rust.toolchain().install)
  })
})
