/** A small course in a temporary folder. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface TempFolder extends Disposable {
  path: string
}

export function tempFolder(): TempFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'drydock-test-')))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** Writes files, name → text, below `dir`. */
export function writeFiles(dir: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
}

export const COURSE = `format: 1
title: Build an orchestrator
version: 0.1.0
stages:
  - id: linux
    title: Linux
    labs:
      - { id: linux/procs, title: Processes }
      - { id: linux/init, title: A PID 1 }
      - { id: linux/mirror, title: Mirror }
  - id: etcd
    title: etcd
    labs:
      - { id: etcd/mirror, title: Mirror }
      - { id: etcd/mvcc, title: MVCC }
renames:
  linux/pid1: linux/init
  exit-status/status: exit-status/code
`

export function check(id: string, more = ''): string {
  return `      - id: ${id}
        requirement: R1
        points: 2
        claim: exits with its child's exit code
        why: a reason
        source: a source
        hints: [question, place, approach]
${more}`
}

export const LAB = `format: 1
title: A PID 1 that forwards signals
contract: 1
builds: { usage: init -- COMMAND, purpose: the first process }
standard: a subset of tini(1)
tracks:
  go: { entry: main.go }
  python: { entry: main.py }
steps:
  - id: exit-status
    title: Exit status
    checks:
${check('exit-status/code')}${check('exit-status/signal', '        needs: [exit-status/code]\n')}  - id: forward
    title: Forward signals
    checks:
${check('forward/term', '        needs: [exit-status/code]\n')}`

const TRACK = (title: string, program: string) => `format: 1
title: ${title}
program: ${program}
locate: [${program}, --where]
paths: [bin]
env: { CACHE_DIR: $CACHE }
install: { apt-get: ${program}, brew: ${program}, other: see its site }
needs: { linker: { brew: linker, other: see its site } }
megabytes: 9
`

/** The files of the course: linux/init, linux/mirror and etcd/mirror are written, the rest is planned. */
export function courseFiles(): Record<string, string> {
  return {
    'labs/course.yaml': COURSE,
    'labs/linux/init/lab.yaml': LAB,
    'labs/linux/init/README.md': '# The lesson\n',
    'labs/linux/init/given/common/fixture.txt': 'common\n',
    'labs/linux/init/given/go/main.go': 'package main // of the lab\n',
    'labs/linux/mirror/lab.yaml': LAB,
    'labs/etcd/mirror/lab.yaml': LAB,
    'labs/tracks/go/track.yaml': TRACK('Go', 'go'),
    'labs/tracks/go/template/main.go': 'package main\n',
    'labs/tracks/go/template/component.yaml': 'track: go\nbuild: go build -o init .\nrun: [./init]\n',
    'labs/tracks/python/track.yaml': TRACK('Python', 'python3'),
    'labs/tracks/python/template/main.py': 'pass\n',
  }
}

export function sampleCourse(changes: Record<string, string> = {}): TempFolder {
  const folder = tempFolder()
  writeFiles(folder.path, { ...courseFiles(), ...changes })
  return folder
}
