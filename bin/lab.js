#!/usr/bin/env node
// Starts the built CLI. Every Node since 0.10 parses this file, so that an old one can say what is wrong.
// V8's compiled code is kept beside the bundle, because compiling it again costs more than a light command does.
'use strict'

var fs = require('fs')
var path = require('path')
var vm = require('vm')
var version = require('./node-version.js')

var ROOT = path.join(__dirname, '..')
var BUNDLE = path.join(ROOT, 'dist', 'cli.cjs')

/** Where the compiled code of a bundle is kept: it serves one version of Node on one architecture. */
function cachePath(bundle) {
  return bundle + '.' + process.version + '-' + process.arch + '.cache'
}

/** Where it is kept for a bundle that came without: a package is packed for every Node, and may be root's. */
function ownCachePath(bundle) {
  var said = process.env.XDG_CACHE_HOME
  var base = said && path.isAbsolute(said) ? said : path.join(require('os').homedir(), '.cache')
  var bundleKey = require('crypto').createHash('sha256').update(bundle).digest('hex').slice(0, 16)
  return cachePath(path.join(base, 'drydock', 'code', bundleKey))
}

/** What another user wrote is not run: V8 trusts compiled code. */
function readOwn(file) {
  try {
    var owner = fs.statSync(file).uid
    return owner === process.getuid() || owner === 0 ? fs.readFileSync(file) : undefined
  } catch (e) {
    return undefined
  }
}

/** Costs speed only where it fails. */
function keepCompiled(file, script) {
  var aside = file + '.' + process.pid
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(aside, script.createCachedData())
    fs.renameSync(aside, file)
  } catch (e) {
    try {
      fs.unlinkSync(aside)
    } catch (gone) {
      // it was never made
    }
  }
}

/** Evaluates the bundle; stack traces name it `shown`, which V8 keeps in the compiled code. V8 refuses compiled code that does not fit; the source is then compiled as usual. */
function load(bundle, shown) {
  var beside = readOwn(cachePath(bundle))
  var compiled = beside || readOwn(ownCachePath(bundle))
  var source = fs.readFileSync(bundle, 'latin1') // esbuild escapes all that is not ASCII
  var script = new vm.Script('(function (exports, require, module, __filename, __dirname) {' + source + '\n})', {
    filename: shown || bundle,
    cachedData: compiled,
  })
  var loaded = { exports: {} }
  var bundleRequire = require('module').createRequire(bundle)
  script.runInThisContext().call(loaded.exports, loaded.exports, bundleRequire, loaded, bundle, path.dirname(bundle))
  var lacks = !beside && (!compiled || script.cachedDataRejected)
  return { script: script, exports: loaded.exports, lacksCompiled: lacks }
}

function start() {
  if (!version.isEnough(process.version)) {
    process.stderr.write(version.complaint(process.version))
    process.exit(3)
  }
  if (!fs.existsSync(BUNDLE)) {
    process.stderr.write('lab: ' + BUNDLE + ' does not exist.\n  To mend   run ' + path.join(ROOT, 'lab') + '\n')
    process.exitCode = 3
    return
  }
  var cli = load(BUNDLE)
  cli.exports
    .main(process.argv.slice(2), ROOT)
    .then(function (code) {
      // What is still being written may fail yet, and says so itself.
      if (code !== 0) process.exitCode = code
      // After the command, so that functions compiled at their first call are in it too.
      if (cli.lacksCompiled) keepCompiled(ownCachePath(BUNDLE), cli.script)
    })
    .then(null, function (error) {
      process.stderr.write((error && error.stack) + '\n')
      process.exitCode = 4
    })
}

module.exports = { cachePath: cachePath, load: load }
if (require.main === module) start()
