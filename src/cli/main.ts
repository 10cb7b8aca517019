/** The entry: finds the command, runs it, and turns what it throws into words and an exit code. Errors end here. */
import { EXIT, Problem } from '../problem.ts'
import { commandIn, COMMANDS, TOPICS } from './commands/index.ts'
import { NAME, VERSION } from './program.ts'

/** Runs one command line. `root` is the package's folder. Resolves to the exit code; never exits by itself. */
export async function main(argv: string[], root: string): Promise<number> {
  process.stderr.on('error', () => undefined)
  answerWriteErrors()
  const code = await run(argv, root)
  // Of several the higher one counts; 130 and its like tell of a signal.
  return Math.max(code, Number(process.exitCode ?? code))
}

async function run(argv: string[], root: string): Promise<number> {
  try {
    return await dispatch(argv, root)
  } catch (error) {
    const { reportError } = await import('./error.ts')
    return reportError(error, argv)
  }
}

async function dispatch(argv: string[], root: string): Promise<number> {
  const [name, ...words] = argv
  if (name === '--version' || name === '-v' || name === 'version') {
    process.stdout.write(`${NAME} ${VERSION}\n`)
    return EXIT.passed
  }
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const { showHelp } = await import('./help.ts')
    return showHelp(words.filter((word) => !word.startsWith('-')))
  }
  if (name === '__complete') {
    const { answer } = await import('./completion/answer.ts')
    const text = await answer(words[0] === '--' ? words.slice(1) : words, root)
    answerWriteErrors()
    process.stdout.write(text)
    return EXIT.passed
  }
  const { id, rest } = commandIn(argv) ?? {}
  const load = id === undefined ? undefined : COMMANDS[id]
  if (id === undefined || !load || rest === undefined) {
    const { showHelp, unknownCommand } = await import('./help.ts')
    const [sub = '--help'] = words
    if (Object.hasOwn(TOPICS, name) && sub.startsWith('-')) return showHelp([name])
    throw unknownCommand(name, words)
  }
  if (asksForHelp(rest)) {
    const { showHelp } = await import('./help.ts')
    return showHelp(id.split(' '))
  }
  const [{ lightConfig }, Command] = await Promise.all([import('./config.ts'), load()])
  answerWriteErrors()
  requireCurrentFolder()
  const command = new Command(rest, lightConfig())
  command.id = id
  command.root = root
  return command.execute()
}

/** Paths are shown as seen from there, and a shell may stand in a folder that was removed. */
function requireCurrentFolder(): void {
  try {
    process.cwd()
  } catch {
    throw new Problem({
      what: 'The folder that you are in does not exist any more.',
      why: 'It was removed, or made anew under the same name.',
      remedy: 'cd "$PWD"   where it was made anew; else cd   and then to another folder',
    })
  }
}

function asksForHelp(argv: string[]): boolean {
  const end = argv.indexOf('--')
  const flags = end === -1 ? argv : argv.slice(0, end)
  return flags.includes('--help') || flags.includes('-h')
}

/**
 * A reader that went away (`lab status | head -1`) is no error; a full disk behind `>` is one of the environment's.
 * oclif adds a listener of its own when it is loaded, one that throws: it is taken away.
 */
function answerWriteErrors(): void {
  process.stdout.removeAllListeners('error')
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || process.exitCode === EXIT.environment) return
    process.stderr.write(`${NAME}: the output can not be written: ${error.message}\n`)
    process.exitCode = EXIT.environment
  })
}
