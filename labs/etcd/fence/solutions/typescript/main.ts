#!/usr/bin/env node
// Runs a program under a lock of etcd, leads an election, and guards a resource against holders of the past:
//
//     fence lock [--endpoints URL] [--ttl SECONDS] NAME -- CMD [ARG...]
//     fence campaign [--endpoints URL] [--ttl SECONDS] NAME VALUE
//     fence guard --listen HOST:PORT --upstream URL --state FILE
import { parseArgs } from 'node:util'
import { guard } from './guard.ts'
import { campaign, lock, type Wish } from './lock.ts'

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
const [name, value] = words
const wish = (name: string): Wish => {
  const ttl = Number(values.ttl ?? 10)
  if (!Number.isInteger(ttl) || ttl < 1) usage()
  return { endpoints: values.endpoints ?? 'http://127.0.0.1:2379', ttl, name }
}

try {
  if (command === 'lock' && name !== undefined && words.length === 1 && argv.length > 0) {
    process.exit(await lock(wish(name), argv))
  } else if (command === 'campaign' && name !== undefined && value !== undefined && words.length === 2) {
    process.exit(await campaign(wish(name), value))
  } else if (command === 'guard' && values.listen && values.upstream && values.state) {
    guard(values.listen, values.upstream, values.state)
  } else usage()
} catch (error) {
  console.error(`fence: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
