/** Copies the scaffold: a whole lab, named stage/greet, in which a new lab's own name takes the place of greet. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXIT, Problem } from '../../problem.ts'
import { variableOf } from '../lesson/run-lesson.ts'
import { diffOf, patchText } from '../make-patch.ts'

const SCAFFOLD = join('src', 'author', 'new', 'scaffold')
const LAB = join('labs', 'stage', 'greet')
const CHECKERS = join('checkers', 'stage', 'greet')

export interface Named {
  /** STAGE/LAB */
  id: string
  title: string | undefined
}

/** `program` is the folder of this program. Throws Problem where it came without: an installed package is for learners. */
export function requireScaffold(program: string): string {
  const folder = join(program, SCAFFOLD)
  if (existsSync(folder)) return folder
  throw new Problem(
    {
      what: 'A lab can not be begun here: this is an installed package.',
      where: program,
      why: 'It has what learners need. Checks are written and proved in a clone of the repository.',
      remedy: 'Clone the repository and run ./lab there; --course DIR works with a course in any folder.',
    },
    EXIT.environment,
  )
}

/** Makes the two folders, which must not exist: the lab's own and that of its checkers. */
export async function makeLab(scaffold: string, to: { lab: string; checkers: string }, named: Named): Promise<void> {
  cpSync(join(scaffold, LAB), to.lab, { recursive: true })
  cpSync(join(scaffold, CHECKERS), to.checkers, { recursive: true })
  for (const folder of [to.lab, to.checkers]) rename(folder, named)
  if (named.title !== undefined) {
    const file = join(to.lab, 'lab.yaml')
    const text = readFileSync(file, 'utf8')
    writeFileSync(
      file,
      text.replace(/^title: .*$/m, () => `title: ${quoted(named.title ?? '')}`),
    )
  }
  await makePatches(join(to.lab, 'mutants'), join(to.lab, 'solutions'))
}

/** Plain where YAML takes it for a text, in single quotes else. */
const quoted = (text: string): string =>
  /^[A-Za-z][\w ,.()/-]*$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`

function rename(folder: string, { id }: Named): void {
  const [stage = '', name = ''] = id.split('/')
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const text = readFileSync(path, 'utf8')
    const named = text
      .replace(/\bstage\/greet\b/g, () => `${stage}/${name}`)
      .replace(/\bgreet\b/g, () => name)
      .replace(/\bGREET\b/g, () => variableOf(name))
    if (named !== text) writeFileSync(path, named)
  }
}

/** A mutant of the scaffold is a folder: the files that differ from the solution, and the header. */
async function makePatches(mutants: string, solutions: string): Promise<void> {
  for (const { name } of readdirSync(mutants, { withFileTypes: true })) {
    const folder = join(mutants, name)
    const header = readFileSync(join(folder, 'header'), 'utf8')
    const solution = join(solutions, /^Solution: (.+)$/m.exec(header)?.[1] ?? '')
    rmSync(join(folder, 'header'))
    const changed = `${folder}.changed`
    cpSync(solution, changed, { recursive: true })
    cpSync(folder, changed, { recursive: true })
    writeFileSync(`${folder}.patch`, patchText(header, await diffOf(solution, changed)))
    for (const done of [folder, changed]) rmSync(done, { recursive: true })
  }
}
