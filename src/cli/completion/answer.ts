/**
 * `lab __complete -- WORD…`: what may come next on a command line, for the scripts of the shells. A line is a candidate,
 * with a tab and what it means after it; `:folders` and `:files` ask the shell for names of its own.
 */
import { homedir } from 'node:os'
import { escapeText } from '../../report/escape.ts'
import { LabCommand, type LabCommandClass } from '../command.ts'
import { commandIn, COMMANDS, commandsOf, TOPICS } from '../commands/index.ts'
import { parseLine, type CommandSpec, type Line } from './line.ts'
import { offer, type Candidate, type Offer } from './values.ts'

const HELP: Candidate = { value: '--help', text: 'show help' }

/** `words` are those after `lab`; the last one is being typed. Says nothing where something is wrong. */
export async function answer(words: readonly string[], root: string): Promise<string> {
  const offered = await complete(words, root).catch(() => [])
  if (!Array.isArray(offered)) return `:${offered}\n`
  return offered.map(({ value, text }) => `${value}\t${escapeText(text ?? '').replaceAll(/\s+/g, ' ')}\n`).join('')
}

async function complete(words: readonly string[], root: string): Promise<Offer> {
  const [topic = ''] = words
  const word = words.at(-1) ?? ''
  if (words.length <= 1) {
    return word.startsWith('-') ? [HELP, { value: '--version', text: 'show the version' }] : commands(undefined)
  }
  if (topic === 'help') return words.length === 2 ? commands(undefined) : []
  if (Object.hasOwn(TOPICS, topic) && words.length === 2) return commands(topic)
  const { id = '', rest: before = [] } = commandIn(words.slice(0, -1)) ?? {}
  const load = COMMANDS[id]
  if (load === undefined) return []
  const spec = specOf(await load())
  const line = parseLine(spec, before, word)
  const found = await valuesFor(line, spec, root)
  return found.length > 0 || line.asked.kind === 'value' ? found : flagsOf(spec, line)
}

async function commands(topic: string | undefined): Promise<Candidate[]> {
  const known = commandsOf(topic).map(async (value) => {
    const Command = await COMMANDS[topic === undefined ? value : `${topic} ${value}`]?.()
    return Command === undefined || Command.hidden ? [] : [{ value, text: Command.summary }]
  })
  const found = (await Promise.all(known)).flat()
  if (topic !== undefined) return found
  const topics = Object.entries(TOPICS).map(([value, text]) => ({ value, text }))
  return [...found, ...topics, { value: 'help', text: 'show help' }]
}

function specOf({ flags, args, strict, baseFlags, enableJsonFlag }: LabCommandClass): CommandSpec {
  const json = { type: 'boolean' as const, summary: 'print data instead of text' }
  const help = { type: 'boolean' as const, char: 'h', summary: HELP.text }
  return {
    flags: { ...flags, ...(enableJsonFlag && { json }), ...(baseFlags ?? LabCommand.baseFlags), help },
    args,
    strict,
  }
}

async function valuesFor({ asked, values, args }: Line, spec: CommandSpec, root: string): Promise<Offer> {
  if (asked.kind !== 'value' && asked.kind !== 'arg') return []
  const { options, ...rest } = asked.kind === 'value' ? asked.flag : asked.arg
  const prefix = asked.kind === 'value' ? asked.prefix : ''
  const called = 'helpValue' in rest && typeof rest.helpValue === 'string' ? rest.helpValue : undefined
  const places = { workspace: expanded(values['workspace']), course: expanded(values['course']) }
  // A command about one lab names it first.
  const lab = Object.keys(spec.args).length > 1 && 'lab' in spec.args ? args[0] : undefined
  const found = options?.map((value): Candidate => ({ value })) ?? (await offer(asked.name, called, places, root, lab))
  if (!Array.isArray(found)) return found
  return found
    .filter(({ value }) => asked.kind === 'value' || !args.includes(value))
    .map(({ value, text }) => ({ value: prefix + value, text }))
}

function flagsOf(spec: CommandSpec, { flags }: Line): Candidate[] {
  return Object.entries(spec.flags)
    .filter(([name, { hidden, multiple }]) => !hidden && (multiple || !flags.has(name)))
    .flatMap(([name, { summary, description, allowNo }]) => {
      const text = summary ?? description
      return [{ value: `--${name}`, text }, ...(allowNo ? [{ value: `--no-${name}`, text }] : [])]
    })
}

/** A path as the shell would hand it over. */
function expanded(path: string | undefined): string | undefined {
  return path?.replace(/^~(?=\/|$)/, homedir())
}
