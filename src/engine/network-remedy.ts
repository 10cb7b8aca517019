/** What resolvers, sockets and package managers say where there is no network. */
const SIGNS = [
  /temporary failure in name resolution/i, // getaddrinfo(3), EAI_AGAIN
  /name or service not known/i,
  /could not resolve (host|proxy)/i, // curl, git, cargo
  /failed to lookup address/i, // cargo
  /dial tcp/i, // go
  /server misbehaving|no such host/i, // go
  /network is unreachable|ENETUNREACH/i, // connect(2)
  /EAI_AGAIN|ENOTFOUND/, // npm
  /NewConnectionError|failed to establish a new connection/i, // pip
]

/** What esbuild says of an import that is neither a file nor a module of Node. */
const PACKAGE = /Could not resolve "[^./]/

/** The way to mend a build that wanted the network, or what comes from there; undefined when its output does not say so. Pure. */
export function networkRemedy(output: string, fetches: boolean): string | undefined {
  if (PACKAGE.test(output)) {
    return 'A component has no npm packages: node_modules is left out. Import files of its own (./…) and modules of Node (node:…).'
  }
  if (!SIGNS.some((sign) => sign.test(output))) return undefined
  const rule = 'A build has no network.'
  return fetches
    ? `${rule} Let fetch: in component.yaml download all that build: needs.`
    : `${rule} Download what it needs before it: fetch: in component.yaml has the network, for example fetch: go mod download`
}
