// Plays an engine that misbehaves: evaluates the body that it is given, with words for what engines do.
'use strict'
const { Buffer } = require('node:buffer')
const { writeSync } = require('node:fs')
const process = require('node:process')
const { createInterface } = require('node:readline')
const SYNC = '--drydock-engine-1--'
let seq = 0
const write = (data) => {
  for (let left = Buffer.from(data); left.length > 0;) {
    try {
      left = left.subarray(writeSync(1, left))
    } catch (error) {
      if (error.code === 'EPIPE') process.exit(0)
      if (error.code !== 'EAGAIN') throw error
    }
  }
}
const say = (event) => write(JSON.stringify({ seq: ++seq, ...event }) + '\n')
const facts = {
  kernel: '6.0',
  arch: 'x86_64',
  node: '20',
  root: true,
  cpus: 1,
  bounds: 'rlimit',
  offers: ['namespaces'],
}
const hello = (more = {}) => say({ type: 'hello', protocol: 5, facts, factor: 1, ...more })
const result = (check, verdict = 'passed') => ({
  check,
  verdict,
  ms: 1,
  factor: 1,
  timeline: [],
  output: [],
  outputLines: 0,
  notes: [],
  late: 0,
  load: 0,
})
/** Calls back with the id of the run that is asked for. */
const onRun = (act) => {
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => {
    const command = JSON.parse(line)
    if (command.type === 'run') act(command.run)
    else if (command.type === 'bye') process.exit(0)
  })
}
const done = (run, check, verdict) => say({ type: 'check-done', run, result: result(check, verdict) })
const end = (run, more = {}) => say({ type: 'run-done', run, ms: 1, cpuMs: 1, cancelled: false, ...more })
const up = () => (write(SYNC + '\n'), hello())
new Function('require', 'write', 'say', 'hello', 'onRun', 'done', 'end', 'up', 'SYNC', process.argv[2])(
  require,
  write,
  say,
  hello,
  onRun,
  done,
  end,
  up,
  SYNC,
)
