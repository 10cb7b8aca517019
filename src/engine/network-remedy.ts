/** What resolvers, sockets and package managers say where there is no network. */
const UNREACHABLE = [
  /temporary failure in name resolution/i, // getaddrinfo(3), EAI_AGAIN
  /could not resolve (host|proxy)/i, // curl, git, cargo
  /failed to lookup address/i, // cargo
  /dial (tcp|udp)/i, // go
  /server misbehaving/i, // go
  /network is unreachable|ENETUNREACH/i, // connect(2)
  /EAI_AGAIN/, // npm
  /NewConnectionError|failed to establish a new connection/i, // pip
]

/** What they say where a name server answered that there is no such name: a wrong name, or no network. */
const UNKNOWN = [
  /name or service not known/i, // getaddrinfo(3), EAI_NONAME
  /no such host/i, // go
  /ENOTFOUND/, // npm
]

/** What esbuild says of an import that is neither a file nor a module of Node. */
const PACKAGE = /Could not resolve "[^./]/

/** The way to mend a build that wanted the network, or what comes from there; undefined when its output does not say so. Pure. */
export function networkRemedy(output: string, fetches: boolean): string | undefined {
  if (!fetches && PACKAGE.test(output)) {
    return 'A component comes without npm packages: node_modules is left out. Import files of its own (./…) and modules of Node (node:…).'
  }
  if (![...UNREACHABLE, ...UNKNOWN].some((sign) => sign.test(output))) return undefined
  const rule = 'A build has no network.'
  return fetches
    ? `${rule} Let fetch: in component.yaml download all that build: needs.`
    : `${rule} Download what it needs before it: fetch: in component.yaml has the network, for example fetch: go mod download`
}

/**
 * The lines of a failed fetch that say that it did not reach the network, which is no fault of the component's; undefined
 * when there are none, or when a name server knew better. Pure.
 */
export function unreachable(output: string): string | undefined {
  if (UNKNOWN.some((sign) => sign.test(output))) return undefined
  const lines = output.split('\n').filter((line) => UNREACHABLE.some((sign) => sign.test(line)))
  return lines.length === 0 ? undefined : lines.slice(-3).join('\n')
}

/** The way to mend a fetch that was told that a name does not exist; undefined when it was not. Pure. */
export function unknownName(output: string): string | undefined {
  if (!UNKNOWN.some((sign) => sign.test(output))) return undefined
  return 'A name server was asked and knows no such name. Correct it: in what the component requires, or in what is set as registry or proxy.'
}

/** The way to mend a fetch that did not reach the network. */
export const FETCH_REMEDY =
  'connect this machine to the network; behind a proxy: export HTTPS_PROXY=http://HOST:PORT; with a registry of your own: set it as you do for the tool, for example go env -w GOPROXY=URL'

/** The way to mend a step that failed; undefined when its output has nothing to do with names and networks. Pure. */
export const remedyFor = (step: 'fetch' | 'build', output: string, fetches: boolean): string | undefined =>
  step === 'fetch' ? unknownName(output) : networkRemedy(output, fetches)
