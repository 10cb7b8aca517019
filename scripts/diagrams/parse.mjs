// Reads a JSON list of diagrams from standard input and writes, in their order, what Mermaid's own parser has against
// each: null, or { message, line } with a line of the diagram (1-based) where the parser names one. It is a program of
// its own because Mermaid is large, has modules for browsers, and is loaded only where there is a diagram to parse.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { runInThisContext } from 'node:vm'

// Mermaid cleans labels of HTML before it draws them, with DOMPurify, which is part of its bundle and without a browser is a
// function that lacks both of these. Nothing is drawn here.
Object.assign(Function.prototype, { sanitize: (label) => label, addHook: () => undefined })

const bundle = join(import.meta.dirname, 'mermaid.min.js')
runInThisContext(readFileSync(bundle, 'utf8'), bundle)
const { mermaid } = globalThis

async function faultOf(diagram) {
  try {
    await mermaid.parse(diagram)
    return null
  } catch (error) {
    if (error instanceof TypeError || error instanceof ReferenceError) throw error // ours: a browser's API is missing
    const line = error.hash?.loc?.first_line ?? Number(/\bline (\d+)/.exec(error.message)?.[1] ?? Number.NaN)
    return { message: error.message, line: Number.isInteger(line) ? line : null }
  }
}

const faults = []
for (const diagram of JSON.parse(await text(process.stdin))) faults.push(await faultOf(diagram))
process.stdout.write(JSON.stringify(faults))
