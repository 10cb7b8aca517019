/** The one place where an error becomes words: for a person on stderr, or with `--json` as data on stdout. */
import { EXIT, Problem, type ProblemText } from '../problem.ts'
import { commandIn } from './commands/index.ts'
import { NAME } from './program.ts'

interface Told {
  code: number
  text: ProblemText
  /** of our own bugs only */
  stack?: string | undefined
}

export async function reportError(error: unknown, argv: string[]): Promise<number> {
  const told = await tell(error, commandIn(argv)?.id)
  if (wantsJson(argv)) {
    const { errorJson } = await import('../report/json.ts')
    process.stdout.write(`${JSON.stringify(errorJson(told), null, 2)}\n`)
    return told.code
  }
  const [{ problemText }, { paintFor }, { widthOf }] = await Promise.all([
    import('../report/tty/problem.ts'),
    import('../report/tty/paint.ts'),
    import('../report/tty/width.ts'),
  ])
  const paint = paintFor(process.stderr, process.env)
  process.stderr.write(`${problemText(told.text, { paint, width: widthOf(process.stderr), stack: told.stack })}\n`)
  return told.code
}

async function tell(error: unknown, command: string | undefined): Promise<Told> {
  if (error instanceof Problem) return { code: error.exitCode, text: error.text }
  const usage = await import('./usage.ts').then(({ usageText }) => usageText(error, command))
  if (usage !== undefined) return { code: EXIT.usage, text: usage }
  return {
    code: EXIT.bug,
    text: {
      what: `${NAME} has a bug: ${error instanceof Error ? error.message : String(error)}`,
      remedy: "please report it, with these lines, in the issue tracker of Drydock's repository",
    },
    stack: error instanceof Error ? error.stack : undefined,
  }
}

function wantsJson(argv: string[]): boolean {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json')
}
