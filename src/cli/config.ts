/**
 * The configuration that oclif wants. oclif's own discovers plugins, reads manifests and looks at the machine, which
 * costs more than a light command; this one says what our commands use and nothing else.
 */
import type { Config } from '@oclif/core/config'
import { NAME, PURPOSE, VERSION } from './program.ts'

type Used = Pick<
  Config,
  'bin' | 'name' | 'version' | 'userAgent' | 'topicSeparator' | 'topics' | 'commands' | 'plugins'
> & {
  pjson: { description: string; oclif: Record<string, never> }
  findCommand(id: string): Config['commands'][number] | undefined
  findTopic(id: string): undefined
  runHook(): Promise<{ successes: []; failures: [] }>
  scopedEnvVar(): undefined
  scopedEnvVarKey(key: string): string
  scopedEnvVarKeys(key: string): string[]
}

/** What it is given is for help alone. */
export function lightConfig(
  commands: Config['commands'] = [],
  topics: Config['topics'] = [],
  purpose: string = PURPOSE,
): Config {
  const used: Used = {
    bin: NAME,
    name: NAME,
    version: VERSION,
    userAgent: `${NAME} ${VERSION}`,
    topicSeparator: ' ',
    topics,
    commands,
    plugins: new Map(),
    pjson: { description: purpose, oclif: {} },
    findCommand: (id) => commands.find((command) => command.id === id),
    findTopic: () => undefined,
    runHook: () => Promise.resolve({ successes: [], failures: [] }),
    scopedEnvVar: () => undefined,
    scopedEnvVarKey: (key) => `LAB_${key}`,
    scopedEnvVarKeys: (key) => [`LAB_${key}`],
  }
  // The rest of Config is about plugins and updates, which no command of ours has.
  return used as unknown as Config
}
