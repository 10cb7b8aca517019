/**
 * What a person is told about a command line that oclif refuses: what is wrong, what may be meant, and where it is
 * written down. oclif's own words stay where it has some that are not known here.
 */
import { stripVTControlCharacters } from 'node:util'
import { nearest } from '../course/nearest.ts'
import type { ProblemText } from '../problem.ts'
import { COMMANDS } from './commands/index.ts'
import { NAME } from './program.ts'

/** What oclif's errors carry, as far as it is used; each of its classes has some of it. */
interface Refused extends Error {
  flags?: string[]
  args?: unknown[]
}

interface Refusal {
  error: Refused
  /** oclif's, without colours and without "See more help" */
  message: string
  /** `lab check` */
  command: string
  /** names of the command's flags */
  flags: string[]
  example: string | undefined
}

type Words = Pick<ProblemText, 'what' | 'why'> & { remedy?: string | undefined }

/** Undefined when the error is none of oclif's about the command line. `name` is the command. */
export async function usageText(error: unknown, name: string | undefined): Promise<ProblemText | undefined> {
  if (!(error instanceof Error) || !('parse' in error || 'oclif' in error)) return undefined
  const Command = name === undefined ? undefined : await COMMANDS[name]?.()
  const command = [NAME, Command && name].filter(Boolean).join(' ')
  const message = stripVTControlCharacters(error.message)
    .replace(/\n?See more help with --help$/, '')
    .replace(/^The following errors? occurred:\s+/, '')
  const refusal: Refusal = {
    error,
    message,
    command,
    flags: [
      ...Object.entries({ ...Command?.flags, ...Command?.baseFlags }).flatMap(([name, { hidden }]) =>
        hidden ? [] : [name],
      ),
      'json',
      'help',
    ],
    example: exampleOf(Command?.examples ?? []),
  }
  const words = RULES.map((rule) => rule(refusal)).find((found) => found !== undefined) ?? { what: message }
  return { ...words, remedy: words.remedy ?? `${command} --help` }
}

/** What `what` names where a regular expression finds something in oclif's message. */
const said =
  (pattern: RegExp, words: (refusal: Refusal, ...groups: string[]) => Words) =>
  (refusal: Refusal): Words | undefined => {
    const match = pattern.exec(refusal.message)
    return match ? words(refusal, ...match.slice(1)) : undefined
  }

const RULES: ((refusal: Refusal) => Words | undefined)[] = [
  unknownFlags,
  said(/^Unexpected arguments?: (.*)$/s, ({ command, flags, error }, extra) => {
    const words = error.args?.map(String) ?? [extra ?? '']
    const flag = nearest(words[0] ?? '', flags)
    return {
      what: `${command} was given more than it takes: ${words.join(' ')}`,
      why: flag === undefined ? undefined : `Did you mean --${flag}?`,
    }
  }),
  missingArgs,
  said(/^Parsing --(\S+)\s+Expected an integer (.*?)\s*but received: (.*)$/s, (_, flag, bounds, value) => ({
    what: `--${flag} takes a whole number, not "${value}".`,
    why: bounds
      ? `It has to be ${bounds.replace('greater than or equal to', 'at least').replace('less than or equal to', 'at most')}.`
      : undefined,
  })),
  said(/^--([^\s=]+)\S* cannot also be provided when using --(\S+)/, (_, one, other) => ({
    what: `--${other} and --${one} exclude each other.`,
    why: 'Give one of them.',
  })),
  said(/^All of the following must be provided when using --(\S+): (.*)$/, (_, flag, others) => ({
    what: `--${flag} goes with ${others} alone.`,
  })),
  said(/^Missing required flag (\S+)/, ({ command }, flag) => ({ what: `${command} needs --${flag}.` })),
  said(/^Expected (?:--(\S+?)=)?(.*) to be one of: (.*)$/s, (_, flag, value = '', options = '') => {
    const known = options.split(', ')
    const near = nearest(value, known)
    return {
      what:
        flag === undefined
          ? `"${value}" is none of ${known.join(', ')}.`
          : `--${flag} takes one of ${known.join(', ')}, not "${value}".`,
      why: near === undefined ? undefined : `Did you mean ${near}?`,
    }
  }),
  said(/^Flag --(\S+) expects one of these values: (.*)$/, (_, flag, values) => ({
    what: `--${flag} needs a value: one of ${values}.`,
  })),
  said(/^Flag --(\S+) expects a value$/, (_, flag) => ({ what: `--${flag} needs a value.` })),
  said(/^Flag --(\S+) can only be specified once$/, (_, flag) => ({ what: `--${flag} is given twice.` })),
]

function unknownFlags({ error, message, command, flags }: Refusal): Words | undefined {
  if (!message.startsWith('Nonexistent flag')) return undefined
  const unknown = (error.flags ?? []).map((flag) => flag.replace(/=.*$/s, ''))
  const near = unknown.flatMap((flag) => nearest(flag.replace(/^-+/, ''), flags) ?? [])
  return {
    what: `${command} has no flag ${unknown.join(', ')}.`,
    why: near.length === 0 ? undefined : `Did you mean ${near.map((name) => `--${name}`).join(', ')}?`,
  }
}

function missingArgs({ error, message, command, example }: Refusal): Words | undefined {
  if (!message.startsWith('Missing ') || !Array.isArray(error.args)) return undefined
  const missing = (error.args as { name: string; description?: string }[]).map(
    ({ name, description }) => name.toUpperCase() + (description === undefined ? '' : ` (${description})`),
  )
  return {
    what: `${command} needs ${missing.join(' and ')}.`,
    remedy: example === undefined ? undefined : `for example: ${example}`,
  }
}

/** The first example, as a person would type it. */
function exampleOf(examples: readonly unknown[]): string | undefined {
  const [first] = examples
  const command = typeof first === 'object' && first !== null && 'command' in first ? first.command : first
  return typeof command === 'string' ? command.replace('<%= config.bin %>', NAME) : undefined
}
