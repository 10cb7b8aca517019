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

function readIfThere(file) {
  try {
    return fs.readFileSync(file)
  } catch (e) {
    return undefined
  }
}

/** Evaluates the bundle; stack traces name it `shown`, which V8 keeps in the compiled code. V8 refuses compiled code that does not fit; the source is then compiled as usual. */
function load(bundle, shown) {
  var source = fs.readFileSync(bundle, 'latin1') // esbuild escapes all that is not ASCII
  var script = new vm.Script('(function (exports, require, module, __filename, __dirname) {' + source + '\n})', {
    filename: shown || bundle,
    cachedData: readIfThere(cachePath(bundle)),
  })
  var loaded = { exports: {} }
  var bundleRequire = require('module').createRequire(bundle)
  script.runInThisContext().call(loaded.exports, loaded.exports, bundleRequire, loaded, bundle, path.dirname(bundle))
  return { script: script, exports: loaded.exports }
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
  load(BUNDLE)
    .exports.main(process.argv.slice(2), ROOT)
    .then(function (code) {
      // What is still being written may fail yet, and says so itself.
      if (code !== 0) process.exitCode = code
    })
    .then(null, function (error) {
      process.stderr.write((error && error.stack) + '\n')
      process.exitCode = 4
    })
}

module.exports = { cachePath: cachePath, load: load }
if (require.main === module) start()
