#!/usr/bin/env node
// Runs a program under a lock of etcd, leads an election, and guards a resource against holders of the past:
//
//     fence lock [--endpoints URL] [--ttl SECONDS] NAME -- CMD [ARG...]
//     fence campaign [--endpoints URL] [--ttl SECONDS] NAME VALUE
//     fence guard --listen HOST:PORT --upstream URL --state FILE
//
// The contract is in LESSON.md, section "Contract"; `lab check` says which part to build next.
import { parseArgs } from 'node:util'

function usage(): never {
  console.error(`usage: fence lock [--endpoints URL] [--ttl SECONDS] NAME -- CMD [ARG...]
       fence campaign [--endpoints URL] [--ttl SECONDS] NAME VALUE
       fence guard --listen HOST:PORT --upstream URL --state FILE`)
  process.exit(2)
}

function parse() {
  const [command, ...rest] = process.argv.slice(2)
  const dashes = rest.indexOf('--')
  const args = dashes < 0 ? rest : rest.slice(0, dashes)
  const text = { type: 'string' } as const
  const options = { endpoints: text, ttl: text, listen: text, upstream: text, state: text }
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    return { command, values, words: positionals, argv: dashes < 0 ? [] : rest.slice(dashes + 1) }
  } catch {
    return usage()
  }
}

const { command, values, words, argv } = parse()
const { endpoints = 'http://127.0.0.1:2379', ttl = '10', listen, upstream, state } = values
const [name, value] = words

if (command === 'lock' && name !== undefined && argv.length > 0) {
  // Step 1: grant a lease, create the key, wait for your turn, run the command.
  // etcd's JSON gateway needs fetch alone: POST `${endpoints}/v3/lease/grant`. Keys and values are base64, numbers of 64 bits
  // come as strings: BigInt reads them. A watch is an answer that goes on: each line of its body is one message.
  console.error(`fence: to be built: lock ${name} at ${endpoints} (TTL ${ttl} s) for ${argv.join(' ')}`)
} else if (command === 'campaign' && name !== undefined && value !== undefined) {
  console.error(`fence: to be built: campaign ${name} ${value}`)
} else if (command === 'guard' && listen && upstream && state) {
  // Step 6: node:http serves, and node:http asks. fsync of node:fs takes descriptors, also of a folder.
  console.error(`fence: to be built: guard on ${listen} before ${upstream}, with ${state}`)
} else usage()
process.exit(1)
