#!/usr/bin/env node
// A live copy of all keys with a prefix, told as lines of JSON:
//
//     mirror --from URL --prefix P [--resume FILE]
//
// The contract is in LESSON.md, section "Contract"; `lab check` says which part to build next.
//
// etcd speaks gRPC (node:http2 carries it), and JSON over HTTP at the same address: a POST to URL/v3/kv/range or
// URL/v3/watch with the fields of rpc.proto, bytes in base64 and 64-bit numbers as strings (node:http is enough for that).
import { parseArgs } from 'node:util'

const USAGE = 'usage: mirror --from URL --prefix P [--resume FILE]'

interface Words {
  /** URL of etcd */
  from: string
  /** keys that begin with it are mirrored */
  prefix: string
  /** file with what an earlier mirror wrote */
  resume: string | undefined
}

function main({ from, prefix, resume }: Words): never {
  // Step 1: POST to /v3/kv/range with key and range_end; a put line for each of kvs, and then a sync line with the
  // revision of the header.
  // Step 2: POST to /v3/watch with {"create_request": …}; the answer does not end, and has one JSON object a line.
  console.error(`mirror: to be built: ${prefix} of ${from} (resume ${resume ?? 'nothing'})`)
  process.exit(1)
}

function parse(): Words {
  try {
    const { values } = parseArgs({
      options: { from: { type: 'string' }, prefix: { type: 'string' }, resume: { type: 'string' } },
    })
    if (values.from === undefined || values.prefix === undefined) throw new Error('--from and --prefix are needed')
    return { from: values.from, prefix: values.prefix, resume: values.resume }
  } catch (error) {
    console.error(`mirror: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
    process.exit(2)
  }
}

main(parse())
