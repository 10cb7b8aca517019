/** The one place where an error becomes words: for a person on stderr, or with `--json` as data on stdout. */
import { EXIT, Problem, type ProblemText } from '../problem.ts'
import { NAME } from './program.ts'

interface Told {
  code: number
  text: ProblemText
  /** of our own bugs only */
  stack?: string | undefined
}

export async function reportError(error: unknown, argv: string[]): Promise<number> {
  const told = tell(error, argv[0])
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

function tell(error: unknown, command: string | undefined): Told {
  if (error instanceof Problem) return { code: error.exitCode, text: error.text }
  const usage = usageOf(error)
  if (usage !== undefined) {
    return { code: EXIT.usage, text: { what: usage, remedy: [NAME, command, '--help'].filter(Boolean).join(' ') } }
  }
  return {
    code: EXIT.bug,
    text: {
      what: `${NAME} has a bug: ${error instanceof Error ? error.message : String(error)}`,
      remedy: "please report it, with these lines, in the issue tracker of Drydock's repository",
    },
    stack: error instanceof Error ? error.stack : undefined,
  }
}

/** oclif's errors about the command line carry exit code 2 and what was parsed. */
function usageOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('parse' in error || 'oclif' in error)) return undefined
  // oclif writes over several lines what we say in one.
  const lines = error.message.split('\n').map((line) => line.trim())
  return lines
    .filter((line) => line !== '' && !/^(?:See more help with --help|The following errors? occurred:)$/.test(line))
    .join(' ')
    .replace(/^Parsing (--?\S+) Expected/, '$1 expects')
    .replace(/ but received: (.*)$/, ', not "$1"')
    .replace(/=true cannot also be/, ' cannot be')
    .replace(/^Missing \d+ required args?:/, 'Missing argument:')
}

function wantsJson(argv: string[]): boolean {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json')
}
