/** The way of a lab writer, by the built lab: new, verify, run, mutant, export. Each test goes on where the one before ended. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scratchFolder } from '../../src/author/scratch-mutant.ts'
import { build, Folder, run } from '../cli/built.ts'

const LAB = 'first/steps'
const folder = new Folder()
const course = join(folder.path, 'course')
const inLab = (...names: string[]): string => join(course, 'labs', LAB, ...names)

const author = (...args: string[]) => run(['author', ...args, '--course', course], { cwd: folder.path })

/** `--with` takes every word after it. */
const authorWith = (args: string[], program: string[]) =>
  run(['author', ...args, '--course', course, '--with', ...program], { cwd: folder.path })

beforeAll(build, 300_000)
afterAll(() => {
  // The user's cache is used, since a Go toolchain's first build takes longer than all else here.
  rmSync(dirname(dirname(scratchFolder(course, LAB, 'x'))), { recursive: true, force: true })
  folder[Symbol.dispose]()
})

describe('a lab writer', () => {
  // Go's library is compiled and the parser of diagrams is fetched, where nobody has yet.
  it('begins a lab, which can be proved as it is', { timeout: 300_000 }, async () => {
    const made = await author('new', LAB, '--title', 'First steps')
    expect(made).toMatchObject({ exitCode: 0, stderr: '' })
    expect(made.stdout).toContain(`lab author verify ${LAB} --record`)
    expect(readFileSync(join(course, 'labs', 'course.yaml'), 'utf8')).toContain(`{ id: ${LAB}, title: First steps }`)
    const form = await author('verify', LAB, '--only', 'form', '--json')
    expect(form.exitCode, form.stdout).toBe(0)

    const proved = await author('verify', LAB, '--record')
    expect(proved.exitCode, proved.stdout).toBe(0)
    expect(proved.stdout).toContain('success-without-a-name')
    expect(readdirSync(inLab('golden'))).toEqual(['first-word-only.txt', 'success-without-a-name.txt'])
    for (const file of [inLab('proof.json'), join(course, 'docs/labs/first-steps.md'), join(course, 'docs/trust.md')])
      expect(existsSync(file), file).toBe(true)
    expect(await author('verify', '--frozen')).toMatchObject({ exitCode: 0 })

    const again = await author('new', LAB)
    expect(again).toMatchObject({ exitCode: 2, stdout: '' })
    expect(again.stderr).toContain(`The lab ${LAB} exists already.`)
  })

  it('can be proved to have the same verdicts on a target that is named', async () => {
    const argv = ['verify', LAB, '--only', 'truth', '--target', 'local'] as const
    const elsewhere = await author(...argv, '--no-cache')
    expect(elsewhere.exitCode, elsewhere.stdout).toBe(0)
    expect(elsewhere.stdout).toContain('The verdicts on local are those of the proof.')
    const proof = (): unknown => JSON.parse(readFileSync(inLab('proof.json'), 'utf8'))
    expect(proof()).toHaveProperty('elsewhere.local.seconds')
    // Its trials were kept, with the time that they took.
    const first = proof()
    const again = await author(...argv)
    expect(again.exitCode, again.stdout).toBe(0)
    expect(again.stdout).toContain('The verdicts on local are those of the proof.')
    expect(proof()).toEqual(first)
    expect(readFileSync(join(course, 'docs/trust.md'), 'utf8')).toMatch(/tried on `local` \(\d+ s of trials\) too/)
    expect(await author('verify', '--frozen')).toMatchObject({ exitCode: 0 })

    // They are said of what is proved, and of nothing else.
    writeFileSync(inLab('new'), '')
    const stale = await author(...argv)
    expect(stale.stdout).not.toContain('are those of the proof')
    expect(stale.stdout.replace(/\s+/g, ' ')).toContain("it is not of what was tried (the lab's own files)")
    rmSync(inLab('new'))
  })

  it('runs the checks on whatever is named', async () => {
    for (const [kind, name] of [
      ['--solution', 'go'],
      ['--solution', 'python'],
      ['--oracle', 'shell'],
    ] as const) {
      const { exitCode, stdout } = await author('run', 'steps', kind, name, '--json')
      expect(JSON.parse(stdout)).toMatchObject({ subject: kind.slice(2), name, points: { earned: 2, of: 2 } })
      expect(exitCode).toBe(0)
    }
    expect(await author('run', LAB, '--starter', 'go')).toMatchObject({ exitCode: 1 })
    const mutant = await author('run', LAB, '--mutant', 'first-word-only')
    expect(mutant.exitCode).toBe(1)
    expect(mutant.stdout).toContain('it printed "hello Grace" and exited 0')
    expect(mutant.stdout.replace(/\s+/g, ' ')).toContain('these are the checks that its Kills: names')

    // As printed.
    const printed = /^ +lab (author run .*)$/m.exec(mutant.stdout)?.[1] ?? ''
    expect(printed).toMatch(/^author run first\/steps hello\/name --seed \w+ --course \S+ --mutant first-word-only$/)
    const again = await run(printed.split(' '))
    expect(again.exitCode).toBe(1)
    expect(again.stdout).not.toContain('hello/no-name')
  })

  it('runs them on any program: one on PATH, a file, a folder, one with options', async () => {
    const absent = await authorWith(['run', LAB, 'hello/no-name'], ['false'])
    expect(absent.exitCode).toBe(1)
    const file = join(folder.path, 'mine')
    writeFileSync(file, '#!/bin/sh\necho "${2-hello} ${1?}"\n')
    expect((await authorWith(['run', LAB], ['./mine'])).exitCode).toBe(0)
    expect((await authorWith(['run', LAB], [inLab('solutions', 'python')])).exitCode).toBe(0)
    const options = await authorWith(['run', LAB], ['sh', '--', '-c', 'echo "hello ${1?}"', 'x'])
    expect(options.exitCode, options.stdout).toBe(0)
  })

  it.each([
    [['run', LAB], 'It is not said what the checks run on.'],
    [['run', LAB, '--oracle', 'shell', '--solution', 'go'], 'one thing at a time'],
    [['run', LAB, '--oracle', 'shel'], 'Did you mean shell?'],
    [['run', LAB, '--mutant', 'nobody'], 'has no mutant nobody'],
    [['run', LAB, '--solution', 'rust'], 'has no solution rust'],
    [['run', LAB, 'hello/nam', '--solution', 'go'], 'Did you mean hello/name?'],
    [['run', 'first/step', '--solution', 'go'], 'Did you mean first/steps?'],
    [['mutant', LAB], 'It is not said which mutant.'],
    [['mutant', LAB, 'Not A Name'], 'is not a name of a mutant'],
    [['mutant', LAB, 'nobody', '--save'], 'There is no folder of the mutant nobody'],
    [['mutant', LAB, 'nobody', '--refresh'], 'has no mutant nobody'],
    [['export', LAB, '.'], 'The folder is not empty.'],
  ])('%j exits 2', async (args, text) => {
    const { exitCode, stdout, stderr } = await author(...args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr.replace(/\s+/g, ' ')).toContain(text)
  })

  it('writes a mutant: the header is asked for, and what rejects it is found', async () => {
    const begun = await author('mutant', LAB, 'greets-twice', '--json')
    const { folder: scratch } = JSON.parse(begun.stdout) as { folder: string }
    const save = ['mutant', LAB, 'greets-twice', '--save']
    const words = ['--bug', 'prints the greeting twice', '--source', 'plausible: a retry after a success']
    expect((await author(...save, ...words)).stderr).toContain('Nothing is changed')
    const main = join(scratch, 'main.go')
    const code = readFileSync(main, 'utf8')
    const line = /^\tfmt\.Printf.*\n/m.exec(code)?.[0] ?? ''
    writeFileSync(main, code.replace('usage:', 'Usage:'))
    const right = await author(...save, ...words)
    expect([right.exitCode, right.stderr]).toEqual([1, expect.stringContaining('It survives')])
    writeFileSync(main, code.replace(line, `${line}\tif len(os.Args[1]) > 6 {\n\t${line}\t}\n`))
    const bare = await author(...save)
    expect([bare.exitCode, bare.stderr]).toEqual([2, expect.stringContaining('lacks Bug and Source')])

    const saved = await author(...save, ...words, '--json')
    expect(JSON.parse(saved.stdout), saved.stderr).toMatchObject({ kills: ['hello/name'] })
    expect(readFileSync(inLab('mutants', 'greets-twice.patch'), 'utf8')).toMatch(
      /^Bug: prints the greeting twice\nSource: plausible: a retry after a success\nSolution: go\nRequirement: R1\nKills: hello\/name\n\ndiff --git a\/main\.go b\/main\.go\nindex [0-9a-f]{40}\.\.[0-9a-f]{40} 100644\n/,
    )
    expect(existsSync(scratch)).toBe(false)
    expect(await author('run', LAB, '--mutant', 'greets-twice')).toMatchObject({ exitCode: 1 })
  })

  it('refreshes mutants after their solution has changed: with git, and where a person has to decide', async () => {
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: course, encoding: 'utf8' })
    git('init', '--quiet')
    git('add', '.')
    git('commit', '--quiet', '-m', 'begin')
    const solution = inLab('solutions', 'go', 'main.go')
    const edit = (from: string, to: string): void => {
      const text = readFileSync(solution, 'utf8')
      expect(text).toContain(from)
      writeFileSync(solution, text.replace(from, to))
    }
    const states = async (): Promise<Record<string, string>> => {
      const { stdout } = await author('mutant', LAB, '--refresh', '--json')
      const { mutants } = JSON.parse(stdout) as { mutants: { name: string; state: string }[] }
      return Object.fromEntries(mutants.map(({ name, state }) => [name, state]))
    }
    const all = (state: string) =>
      Object.fromEntries(['first-word-only', 'greets-twice', 'success-without-a-name'].map((name) => [name, state]))
    expect(await states()).toEqual(all('as it was'))
    edit('// Command', '// The command')
    expect((await author('run', LAB, '--mutant', 'first-word-only')).stderr).toContain('--refresh')
    expect(await states()).toEqual(all('renewed'))
    expect(await author('run', LAB, '--mutant', 'first-word-only')).toMatchObject({ exitCode: 1 })

    git('commit', '--quiet', '-am', 'edit')
    edit('"hello %s\\n", os.Args[1]', '"hello " + os.Args[1] + "\\n"')
    const conflict = await author('mutant', LAB, 'first-word-only', '--refresh', '--json')
    expect(conflict.exitCode).toBe(1)
    const { mutants } = JSON.parse(conflict.stdout) as { mutants: [{ folder: string; files: string[] }] }
    const [{ folder: scratch, files }] = mutants
    expect(files).toEqual(['main.go'])
    const merged = readFileSync(join(scratch, 'main.go'), 'utf8')
    expect(merged).toContain('<<<<<<< the solution now')
    const early = await author('mutant', LAB, 'first-word-only', '--save')
    expect([early.exitCode, early.stderr]).toEqual([2, expect.stringContaining('A merge is not finished')])
    const mended = '\tfmt.Printf("hello " + strings.Fields(os.Args[1])[0] + "\\n")\n'
    writeFileSync(join(scratch, 'main.go'), merged.replace(/^<{7} [\s\S]*^>{7} .*\n/m, mended))
    const saved = await author('mutant', LAB, 'first-word-only', '--save')
    expect(saved.exitCode, saved.stderr).toBe(0)
    expect(readFileSync(inLab('mutants', 'first-word-only.patch'), 'utf8')).toMatch(/^Bug: greets the first word/)
  })

  it('hands the lab out: nothing of its solution is there, and it is done from red to green', async () => {
    const kit = join(folder.path, 'kit')
    expect(await author('export', LAB, kit)).toMatchObject({ exitCode: 0 })
    const files = readdirSync(kit, { recursive: true }).map(String)
    expect(files).toEqual(expect.arrayContaining(['lab', 'BEGIN.md', 'dist/cli.cjs', `labs/${LAB}/given/go/main.go`]))
    const secret =
      /(?:^|\/)(?:solutions|mutants|oracles|golden|proof\.json|course-cache|[^/]+\.(?:ts|patch|cache))(?:\/|$)/
    expect(files.filter((file) => secret.test(file))).toEqual([])
    const texts = files.filter((file) => /\.(?:yaml|md|go|py)$/.test(file))
    for (const file of texts) expect(readFileSync(join(kit, file), 'utf8'), file).not.toContain('os.Args[1]')

    const at = { cwd: kit, program: join(kit, 'lab') }
    const started = await run(['start', '--track', 'python'], at)
    expect(started.exitCode, started.stderr).toBe(0)
    expect(await run(['check'], at)).toMatchObject({ exitCode: 1 })
    cpSync(inLab('solutions', 'python', 'main.py'), join(kit, 'work', 'steps', 'main.py'))
    const green = await run(['check', '--json'], at)
    expect(JSON.parse(green.stdout)).toMatchObject({ exitCode: 0, points: { earned: 2, of: 2 } })
  })
})
