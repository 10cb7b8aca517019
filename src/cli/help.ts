/** `lab help`, `lab COMMAND --help`, and the answer to a command that does not exist; oclif lays it out. */
import { boolean } from '@oclif/core/flags'
import { Help } from '@oclif/core/help'
import type { Config } from '@oclif/core/config'
import { EXIT, Problem } from '../problem.ts'
import { commandIn, COMMANDS, commandsOf, TOPICS } from './commands/index.ts'
import { lightConfig } from './config.ts'
import { nearest } from '../course/nearest.ts'
import { widthOf } from '../report/tty/width.ts'
import { NAME } from './program.ts'

type Listed = Config['commands'][number]

async function describe(id: string): Promise<Listed | undefined> {
  const Command = await COMMANDS[id]?.()
  if (!Command) return undefined
  const json = boolean({ summary: 'print data instead of text' })
  const described = {
    id,
    summary: Command.summary,
    description: Command.description,
    examples: Command.examples,
    usage: Command.usage,
    strict: Command.strict,
    args: named(Command.args),
    flags: named({ ...Command.flags, json, ...Command.baseFlags }),
    aliases: [],
    hiddenAliases: [],
    hidden: false,
    load: () => Promise.resolve(Command),
  }
  return described as unknown as Listed
}

/** The help reads an argument's name from inside it. */
function named<T extends object>(entries: Record<string, T>): Record<string, T & { name: string }> {
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, { ...entry, name }]))
}

/** The commands in the order in which a learner meets them. */
class InOrder extends Help {
  protected override get sortedCommands(): Listed[] {
    return this.config.commands
  }

  /** oclif leaves out a topic without commands below it; commands are named with a space here, so that it sees none. */
  protected override get sortedTopics(): Config['topics'] {
    return this.config.topics
  }
}

/** `words` name a command or a topic; none: everything. */
export async function showHelp(words: readonly string[]): Promise<number> {
  const [first] = words
  const topic = first !== undefined && Object.hasOwn(TOPICS, first) ? first : undefined
  const command = commandIn(words)?.id
  if (first !== undefined && command === undefined && (topic === undefined || words.length > 1))
    throw unknownCommand(first, words.slice(1))
  const ids = commandsOf(topic).map((name) => (topic === undefined ? name : `${topic} ${name}`))
  const all = await Promise.all(ids.map(describe))
  const topics = topic === undefined ? Object.entries(TOPICS).map(([name, description]) => ({ name, description })) : []
  const about = topic === undefined ? undefined : `${TOPICS[topic] ?? ''}.`
  const purpose = about && (topic === 'author' ? `For people who write labs: ${about}` : about)
  const config = lightConfig(
    all.filter((command) => command !== undefined),
    topics,
    purpose,
  )
  const help = new InOrder(config, { maxWidth: Math.min(80, widthOf(process.stdout)) })
  await help.showHelp(command === undefined ? [] : [command])
  return EXIT.passed
}

/** `rest` are the words after it. */
export function unknownCommand(name: string, rest: readonly string[] = []): Problem {
  if (name.startsWith('-')) return flagBeforeCommand(name, rest)
  if (Object.hasOwn(TOPICS, name)) return unknownInTopic(name, rest[0] ?? '')
  const near = nearest(name, [...commandsOf(undefined), ...Object.keys(TOPICS)])
  return new Problem(
    {
      what: `There is no command "${name}".`,
      remedy: near === undefined ? `${NAME} help   lists the commands` : `${NAME} ${near}   is the nearest one`,
    },
    EXIT.usage,
  )
}

function unknownInTopic(topic: string, name: string): Problem {
  const near = nearest(name, commandsOf(topic))
  return new Problem(
    {
      what: `There is no command "${topic} ${name}".`,
      remedy:
        near === undefined
          ? `${NAME} help ${topic}   lists its commands`
          : `${NAME} ${topic} ${near}   is the nearest one`,
    },
    EXIT.usage,
  )
}

function flagBeforeCommand(flag: string, rest: readonly string[]): Problem {
  const at = rest.findIndex((word) => Object.hasOwn(COMMANDS, word))
  const said = [rest[at], flag, ...rest.toSpliced(at, 1)].join(' ')
  return new Problem(
    {
      what: `${NAME} alone has no flag ${flag}.`,
      why: 'Flags come after the command.',
      remedy: at === -1 ? `${NAME} help   lists the commands` : `${NAME} ${said}`,
    },
    EXIT.usage,
  )
}
