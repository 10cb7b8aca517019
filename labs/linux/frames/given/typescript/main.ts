#!/usr/bin/env node
// A server and a client of ttrpc, over a unix socket:
//
//     frames serve --sock S
//     frames call --sock S [--timeout MS] SERVICE METHOD
//
// `serve` offers the service echo.Echo; `call` reads the payload of one request from standard input, and writes the
// payload of the response to standard output. The contract is in LESSON.md, section "Contract"; `lab check` says which
// part to build next.
import { parseArgs } from 'node:util'

const USAGE = 'usage: frames serve --sock S | frames call --sock S [--timeout MS] SERVICE METHOD'

interface Words {
  /** what to do, and SERVICE and METHOD of a call */
  words: string[]
  /** path of the unix socket */
  sock: string
  /** ms until the caller gives up; undefined: never */
  timeout: number | undefined
}

function main({ words: [command, service, method], sock, timeout }: Words): never {
  if (command === 'serve') {
    // Step 1: listen on the socket, read one frame, answer it. node:net has sockets; a path makes one of unix.
    console.error(`frames: to be built: serve on ${sock}`)
  } else if (command === 'call' && service !== undefined && method !== undefined) {
    // Step 1: send one request frame, read the response, write its payload to standard output.
    console.error(`frames: to be built: call ${service} ${method} on ${sock} (timeout ${timeout ?? 'none'} ms)`)
  } else {
    console.error(USAGE)
    process.exit(2)
  }
  process.exit(1)
}

function parse(): Words {
  try {
    const { values, positionals } = parseArgs({
      options: { sock: { type: 'string' }, timeout: { type: 'string' } },
      allowPositionals: true,
    })
    if (values.sock === undefined) throw new Error('--sock S is missing')
    const timeout = values.timeout === undefined ? undefined : Number(values.timeout)
    return { words: positionals, sock: values.sock, timeout }
  } catch (error) {
    console.error(`frames: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
    process.exit(2)
  }
}

main(parse())
