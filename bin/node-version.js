// Whether this Node is new enough. Every Node since 0.10 parses this file, so that an old one can say what is wrong.
'use strict'

var fs = require('fs')

var NEEDED = [20, 19]

function isEnough(version) {
  var parts = version.replace(/^v/, '').split('.')
  var major = Number(parts[0])
  var minor = Number(parts[1])
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])
}

// A command that only root may run, as the person has to type it: a bare container has no sudo and needs none.
function asRoot(command) {
  var sudo = process.getuid && process.getuid() !== 0 && fs.existsSync('/usr/bin/sudo')
  return (sudo ? 'sudo ' : '') + command
}

function complaint(version) {
  return (
    'lab: Node ' +
    version.replace(/^v/, '') +
    ' is too old: Drydock needs Node ' +
    NEEDED.join('.') +
    ' or newer.\n' +
    '  Found     ' +
    process.execPath +
    '\n' +
    '  To mend   install it from https://nodejs.org/en/download, or:\n' +
    '              macOS             brew install node\n' +
    '              version manager   nvm install 22      (or: fnm install 22, mise use -g node@22)\n' +
    '              Debian 13         ' +
    asRoot('apt-get update') +
    ' && ' +
    asRoot('apt-get install -y nodejs npm') +
    '\n              Alpine            ' +
    asRoot('apk add nodejs npm') +
    '\n'
  )
}

module.exports = { isEnough: isEnough, complaint: complaint }

// Run by itself, as the launcher does before it installs anything, it only answers.
if (require.main === module && !isEnough(process.version)) {
  process.stderr.write(complaint(process.version))
  process.exitCode = 3
  if (Number(process.version.replace(/^v/, '').split('.')[0]) < 1) process.exit(3) // no process.exitCode before io.js
}
