/** A class of real components of mixed quality in the small course, each with the points that it must get. */
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { GREET, type Classroom } from './classroom.ts'

interface Kind {
  name: string
  /** checks of small/greet that it passes; undefined: there is nothing to grade */
  passes: readonly string[] | undefined
  make: (room: Classroom, dir: string) => void
}

const MAIN = 'greet/main.py'
const BOTH = ['hello/name', 'hello/no-name']

const KINDS: readonly Kind[] = [
  { name: 'solution', passes: BOTH, make: () => undefined },
  {
    name: 'first-word-only',
    passes: ['hello/no-name'],
    make: (room, dir) => room.edit(dir, MAIN, '{sys.argv[1]}', '{sys.argv[1].split()[0]}'),
  },
  {
    name: 'success-without-a-name',
    passes: ['hello/name'],
    make: (room, dir) => room.edit(dir, MAIN, 'return 2', 'return 0'),
  },
  { name: 'starter', passes: [], make: (room, dir) => cpSync(starter(room), dir, { recursive: true }) },
  {
    name: 'broken-build',
    passes: [],
    make: (room, dir) => room.write(dir, 'greet/component.yaml', 'run: [./main.py]\nbuild: [sh, -c, "exit 3"]\n'),
  },
  {
    name: 'no-component',
    passes: [],
    make: (room, dir) => room.write(dir, 'greet/component.yaml', 'run: 7\n'),
  },
  {
    name: 'loud',
    passes: BOTH,
    make: (room, dir) =>
      room.edit(dir, MAIN, 'def main():\n', 'def main():\n    print("\\x1b[2J" * 500, file=sys.stderr)\n'),
  },
  { name: 'empty', passes: undefined, make: () => undefined },
]

const starter = (room: Classroom): string => join(room.path, 'starter')

/** Makes `size` workspaces below `class`, kinds in turn; gives the points of each by name. */
export async function mixedClass(room: Classroom, size: number): Promise<Map<string, number | undefined>> {
  await room.workspace('starter', [GREET])
  const solved = await room.workspace('solved', [GREET])
  room.solve(solved, GREET)
  const points = room.lab(GREET).steps.flatMap(({ checks }) => checks)
  const expected = new Map<string, number | undefined>()
  for (let i = 0; i < size; i += 1) {
    const kind = KINDS[i % KINDS.length]
    if (kind === undefined) throw new Error('there is no kind')
    const name = `${String(i).padStart(3, '0')}-${kind.name}`
    const dir = join(room.path, 'class', name)
    mkdirSync(dir, { recursive: true })
    const { passes } = kind
    if (passes !== undefined) cpSync(solved, dir, { recursive: true })
    kind.make(room, dir)
    const earned = points.filter(({ id }) => passes?.includes(id)).reduce((sum, check) => sum + check.points, 0)
    expected.set(name, passes === undefined ? undefined : earned)
  }
  return expected
}
