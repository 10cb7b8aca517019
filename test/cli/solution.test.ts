import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { LAB, sampleCourse } from '../course/sample.ts'
import { build, Folder, PACKAGE } from './built.ts'
import { Made } from './made.ts'

const SOLUTIONS = join(PACKAGE, 'labs/linux/init/solutions')
const ALL = [1, 2, 3, 4, 5, 6, 7]

beforeAll(build, 300_000)

describe('lab solution', () => {
  test('is refused while checks are missing, and says which and how it opens; that is noted nowhere', async () => {
    using made = await Made.open()
    await made.passed(1, 2, 3, 4, 5, 6)
    const { exitCode, stdout, stderr } = await made.run(['solution'])
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr).toContain('step 7, Streams and the terminal: 0 of 3 checks')
    expect(stderr).not.toContain('step 6')
    expect(stderr).toContain('lab solution --give-up')
    expect((await made.run(['diff', '--solution'])).exitCode).toBe(1)
    expect(made.types).not.toContain('gave-up')
  })

  test('opens by giving up, which is noted once and shown by status and at the end', async () => {
    using made = await Made.open()
    for (const again of [false, true]) {
      const { exitCode, stdout } = await made.run(['solution', ...(again ? [] : ['--give-up'])])
      expect(exitCode).toBe(0)
      expect(stdout).toContain(readFileSync(join(SOLUTIONS, 'python/main.py'), 'utf8'))
      expect(stdout.indexOf('main.py')).toBeLessThan(stdout.indexOf('component.yaml'))
    }
    expect(await made.json('solution', '--give-up')).toMatchObject({ gaveUp: true, track: 'python' })
    expect(made.types).toEqual(['gave-up'])
    expect((await made.run(['status'])).stdout).toContain('given up: the solution was opened before the end')
    expect(JSON.stringify(await made.json('status'))).toContain('"gaveUp":true')
    await made.passed(...ALL)
    expect((await made.run(['next'])).stdout).toMatch(/Given up +the solution was opened before the end/)
  })

  test('is open when each check has passed once, also out of order, and then nobody gives up', async () => {
    using made = await Made.open()
    await made.passed(...ALL)
    await made.happened({ type: 'advanced', lab: 'linux/init', step: 3, of: 7 })
    expect(await made.json('solution', '--give-up')).toMatchObject({ gaveUp: false })
    expect(made.types).not.toContain('gave-up')
    expect((await made.run(['status'])).stdout).not.toContain('given up')
  })

  test('in another track, one file as it is, and what does not exist', async () => {
    using made = await Made.open()
    await made.passed(...ALL)
    const go = await made.run(['solution', 'main.go', '--track', 'go'])
    expect(`${go.stdout}\n`).toBe(readFileSync(join(SOLUTIONS, 'go/main.go'), 'utf8'))
    const track = await made.run(['solution', '--track', 'pyhton'])
    expect([track.exitCode, track.stderr]).toEqual([2, expect.stringContaining('lab solution --track python')])
    const file = await made.run(['solution', 'mian.py'])
    expect([file.exitCode, file.stderr]).toEqual([2, expect.stringContaining('Did you mean main.py?')])
  })

  test('nobody gives up for a solution that is not in this installation', async () => {
    using folder = new Folder()
    cpSync(join(PACKAGE, 'labs'), join(folder.path, 'labs'), { recursive: true })
    rmSync(join(folder.path, 'labs/linux/init/solutions'), { recursive: true })
    using made = await Made.open('go', folder.path)
    const { exitCode, stderr } = await made.run(['solution', '--give-up', '--course', folder.path])
    expect(exitCode).toBe(3)
    expect(stderr).toContain('is not part of this installation')
    expect(made.types).toEqual([])
  })
})

describe('in a language that has a starter alone', () => {
  test('says which have a solution and how it is seen; nobody gives up for it, and the end of the lab names it', async () => {
    using folder = new Folder()
    cpSync(join(PACKAGE, 'labs'), join(folder.path, 'labs'), { recursive: true })
    rmSync(join(folder.path, 'labs/linux/init/solutions/python'), { recursive: true })
    using made = await Made.open('python', folder.path)
    const lab = (...args: string[]) => made.run([...args, '--course', folder.path])
    for (const args of [['solution'], ['solution', '--give-up'], ['diff', '--solution']]) {
      const { exitCode, stderr } = await lab(...args)
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining('Lab linux/init has no solution in python.')])
      expect(stderr).toContain('It has one in go, rust.')
      expect(stderr).toContain('lab solution --track go ')
    }
    const closed = await lab('solution', '--track', 'go')
    expect([closed.exitCode, closed.stderr]).toEqual([1, expect.stringContaining('lab solution --give-up --track go ')])
    expect(made.types).toEqual([])
    await made.passed(...ALL)
    expect((await lab('solution', '--track', 'go')).exitCode).toBe(0)
    const { stdout } = await lab('next')
    expect(stdout).toContain('Compare       lab solution --track go ')
    expect(stdout).not.toContain('lab diff --solution')
  })
})

describe('the end of a lab', () => {
  test('names what to compare with and the written labs that use the component', async () => {
    using course = sampleCourse({
      'labs/linux/mirror/lab.yaml': `${LAB}uses: [linux/init]\n`,
      'labs/etcd/mirror/lab.yaml': LAB,
    })
    using made = await Made.open('go', course.path)
    await made.passed(1)
    expect((await made.run(['next', '--course', course.path])).exitCode).toBe(1)
    await made.passed(2)
    const { exitCode, stdout } = await made.run(['next', '--course', course.path])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('When this design breaks')
    // This course comes without solutions.
    expect(stdout).not.toContain('solution')
    expect(stdout).toMatch(/Used by +linux\/mirror /)
    expect(stdout).not.toMatch(/Used by[^]*etcd\/mirror|Given up/)
    expect(await made.json('next', '--course', course.path)).toMatchObject({
      finished: true,
      gaveUp: false,
      usedBy: ['linux/mirror'],
      next: 'linux/mirror',
    })
  })

  test('names our solution where it is installed; a hint is then for a check that is named', async () => {
    using made = await Made.open('go')
    await made.passed(...ALL)
    const { stdout } = await made.run(['next'])
    for (const said of ['lab solution', 'lab diff --solution']) expect(stdout).toContain(said)
    const hint = await made.run(['hint'])
    expect(hint.exitCode).toBe(2)
    expect(hint.stderr).toContain('Lab linux/init is finished')
    expect(hint.stderr).toContain('lab hint terminal/')
    expect(hint.stderr).not.toContain('lab next')
  })
})
