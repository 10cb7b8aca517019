// compile-cli.cjs BUNDLE ROOT: runs light commands, then keeps what V8 compiled for them beside the bundle.
// It is made after they ran, so that functions compiled at their first call are in it too.
'use strict'

const { mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { cachePath, load } = require('../bin/lab.js')

const COMMANDS = [
  ['__complete', '--', ''],
  ['__complete', '--', 'check', ''],
  ['--version'],
  ['status'],
  ['status', '--json'],
]

async function main([bundle, root]) {
  const elsewhere = mkdtempSync(join(tmpdir(), 'lab-build-'))
  try {
    process.chdir(elsewhere)
    process.env.LAB_WORKSPACE = ''
    const cli = load(bundle, join(root, 'dist', 'cli.cjs'))
    for (const argv of COMMANDS) await cli.exports.main(argv, root)
    writeFileSync(cachePath(bundle), cli.script.createCachedData())
  } finally {
    process.chdir(root)
    rmSync(elsewhere, { recursive: true, force: true })
  }
}

main(process.argv.slice(2)).then(() => {
  process.exitCode = 0
})
