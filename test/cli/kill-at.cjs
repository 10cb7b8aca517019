// For --require: sends this process SIGKILL right before its KILL_AT'th call that puts files into place or takes them away.
const fs = require('node:fs')

const at = Number(process.env.KILL_AT)
let calls = 0
for (const name of Object.keys(fs)) {
  if (!/^(?:mkdtemp|rename|link|cp|write)Sync$/.test(name)) continue
  const real = fs[name]
  fs[name] = (...args) => {
    if (++calls === at) process.kill(process.pid, 'SIGKILL')
    return real(...args)
  }
}
