// Whether this Node is new enough. Every Node since 0.10 parses this file, so that an old one can say what is wrong.
'use strict'

var NEEDED = [20, 19]

function isEnough(version) {
  var parts = version.replace(/^v/, '').split('.')
  var major = Number(parts[0])
  var minor = Number(parts[1])
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])
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
    '              Debian 13         sudo apt install nodejs npm\n'
  )
}

module.exports = { isEnough: isEnough, complaint: complaint }

// Run by itself, as the launcher does before it installs anything, it only answers.
if (require.main === module && !isEnough(process.version)) {
  process.stderr.write(complaint(process.version))
  process.exitCode = 3
  if (Number(process.version.replace(/^v/, '').split('.')[0]) < 1) process.exit(3) // no process.exitCode before io.js
}
