/** What a command line that is being typed asks for next. */

/** The part of oclif's flags that completion looks at. */
export interface FlagSpec {
  type: 'boolean' | 'option'
  char?: string | undefined
  summary?: string | undefined
  description?: string | undefined
  helpValue?: string | string[] | undefined
  hidden?: boolean | undefined
  multiple?: boolean | undefined
  allowNo?: boolean | undefined
  options?: readonly string[] | undefined
}

export interface ArgSpec {
  description?: string | undefined
  hidden?: boolean | undefined
  multiple?: boolean | undefined
  options?: readonly string[] | undefined
}

export interface CommandSpec {
  flags: Readonly<Record<string, FlagSpec>>
  args: Readonly<Record<string, ArgSpec>>
  /** false: the last argument may be repeated */
  strict: boolean
}

export type Asked =
  /** the value of a flag; `prefix` is the `--flag=` that the word begins with */
  | { kind: 'value'; name: string; flag: FlagSpec; prefix: string }
  | { kind: 'flag' }
  | { kind: 'arg'; name: string; arg: ArgSpec }
  | { kind: 'nothing' }

export interface Line {
  asked: Asked
  /** names of the flags that are given already */
  flags: ReadonlySet<string>
  /** flag → its value, where it has one */
  values: Readonly<Record<string, string>>
  /** the arguments that are given already */
  args: readonly string[]
}

/** `before` are the words between the command and the word being typed. */
export function parseLine(spec: CommandSpec, before: readonly string[], word: string): Line {
  const flags = new Set<string>()
  const values: Record<string, string> = {}
  const args: string[] = []
  let awaiting: string | undefined
  let ended = false
  for (const said of before) {
    if (awaiting !== undefined) {
      values[awaiting] = said
      awaiting = undefined
    } else if (ended || !said.startsWith('-') || said === '-') args.push(said)
    else if (said === '--') ended = true
    else {
      const { name, value } = split(spec, said)
      if (name === undefined) continue
      flags.add(name)
      if (value !== undefined) values[name] = value
      else if (spec.flags[name]?.type === 'option') awaiting = name
    }
  }
  return { asked: asked(spec, { awaiting, ended, args: args.length }, word), flags, values, args }
}

function asked(
  spec: CommandSpec,
  { awaiting, ended, args }: { awaiting: string | undefined; ended: boolean; args: number },
  word: string,
): Asked {
  const flag = awaiting === undefined ? undefined : spec.flags[awaiting]
  if (awaiting !== undefined && flag) return { kind: 'value', name: awaiting, flag, prefix: '' }
  if (!ended && word.startsWith('-')) {
    const { name, value } = split(spec, word)
    const flag = name === undefined ? undefined : spec.flags[name]
    if (name === undefined || value === undefined || flag?.type !== 'option') return { kind: 'flag' }
    return { kind: 'value', name, flag, prefix: word.slice(0, word.length - value.length) }
  }
  const known = Object.entries(spec.args)
  const last = known.at(-1)
  const repeats = !spec.strict || last?.[1].multiple === true
  const next = known[args] ?? (repeats ? last : undefined)
  return next ? { kind: 'arg', name: next[0], arg: next[1] } : { kind: 'nothing' }
}

/** `--flag`, `--flag=value`, `-f`; the name is undefined when the command has no such flag. */
function split(spec: CommandSpec, word: string): { name: string | undefined; value: string | undefined } {
  const [, said = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(word) ?? []
  const found = Object.entries(spec.flags).find(
    ([name, { char }]) =>
      said === `--${name}` || said === `--no-${name}` || (char !== undefined && said === `-${char}`),
  )
  return { name: found?.[0], value }
}
