/** A Go module proxy on this machine that has one module, made for the test (Go Modules Reference, "GOPROXY protocol"). */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const VERSION = 'v1.0.0'

export interface ModuleProxy {
  url: string
  /** path of the module, which no other test has */
  module: string
  /** go.mod and go.sum of a component that requires it */
  files: Record<'go.mod' | 'go.sum', string>
  /** paths that were asked for */
  asked: string[]
  close(): Promise<void>
}

/** The module's package `greeting` has `func Text() string`. Needs python3, which writes the zip. */
export async function moduleProxy(): Promise<ModuleProxy> {
  const module = `example.test/greeting${Math.random().toString(36).slice(2)}`
  const mod = `module ${module}\n\ngo 1.19\n`
  const tree = {
    'go.mod': mod,
    'greeting.go': 'package greeting\n\nfunc Text() string { return "fetched" }\n',
  }
  const inZip = Object.fromEntries(
    Object.entries(tree).map(([name, text]) => [`${module}@${VERSION}/${name}`, text] as const),
  )
  const served: Record<string, string | Buffer> = {
    [`${VERSION}.info`]: JSON.stringify({ Version: VERSION, Time: '2020-01-01T00:00:00Z' }),
    [`${VERSION}.mod`]: mod,
    [`${VERSION}.zip`]: zip(inZip),
  }
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const body = path.startsWith(`/${module}/@v/`) ? served[path.slice(`/${module}/@v/`.length)] : undefined
    response.writeHead(body === undefined ? 404 : 200).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    module,
    files: {
      'go.mod': `module component\n\ngo 1.19\n\nrequire ${module} ${VERSION}\n`,
      'go.sum': `${module} ${VERSION} ${h1(inZip)}\n${module} ${VERSION}/go.mod ${h1({ 'go.mod': mod })}\n`,
    },
    asked,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const ZIP = `import io, json, sys, zipfile
out = io.BytesIO()
with zipfile.ZipFile(out, "w") as z:
    for name, text in json.load(sys.stdin).items(): z.writestr(name, text)
sys.stdout.buffer.write(out.getvalue())`

const zip = (files: Record<string, string>): Buffer =>
  execFileSync('python3', ['-c', ZIP], { input: JSON.stringify(files) })

/** golang.org/x/mod/sumdb/dirhash, Hash1: the digest of a list of digests. */
function h1(files: Record<string, string>): string {
  const list = Object.keys(files)
    .sort()
    .map(
      (name) =>
        `${createHash('sha256')
          .update(files[name] ?? '')
          .digest('hex')}  ${name}\n`,
    )
  return `h1:${createHash('sha256').update(list.join('')).digest('base64')}`
}
