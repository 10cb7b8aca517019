/** A small course without a defect of form, in a temporary folder, into which tests plant one. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Defect } from '../../../src/author/defect.ts'
import { readDraft } from '../../../src/author/draft.ts'
import { formOfTexts } from '../../../src/author/form/form.ts'
import { labPage, labPageDefects, labPagePath } from '../../../src/author/lab-page.ts'
import { traceDefects } from '../../../src/author/trace-defects.ts'
import { loadCourse } from '../../../src/course/course.ts'
import { tempFolder, writeFiles } from '../../course/sample.ts'

export const LAB = 'linux/echo'
export const LESSON = `labs/${LAB}/README.md`
export const LAB_YAML = `labs/${LAB}/lab.yaml`
export const MUTANT = `labs/${LAB}/mutants/silent.patch`

const track = (title: string, program: string): string => `format: 1
title: ${title}
program: ${program}
locate: [${program}, --where]
paths: [bin]
install: { other: see its site }
megabytes: 9
`

const check = (id: string, requirement: string): string => `      - id: ${id}
        requirement: ${requirement}
        points: 1
        claim: says what it has read
        why: Somebody waits for it (owner/name#7).
        source: read(2), RETURN VALUE; echo, src/echo.c, main
        hints: [What is read?, 'read(2), the paragraph on end-of-file', Write what you have read.]
`

const FILES: Record<string, string> = {
  'README.md':
    '# A course\n\nSee [the page](docs/page.md#validation) and [the lab][lab].\n\n[lab]: labs/linux/echo/README.md\n',
  'docs/page.md':
    '# A page\n\n## Purpose\n\nTo be read.\n\n## Prerequisites\n\nEyes.\n\n## Validation\n\nClose them.\n',
  'labs/course.yaml': `format: 1
title: A course
version: 0.1.0
stages:
  - id: linux
    title: Linux
    labs:
      - { id: ${LAB}, title: Echo }
      - { id: linux/later, title: Later }
renames:
  linux/repeat: ${LAB}
  read/all: read/line
`,
  'labs/tracks/go/track.yaml': track('Go', 'go'),
  'labs/tracks/go/template/component.yaml': 'track: go\nbuild: go build -o echo .\nrun: [./echo]\n',
  'labs/tracks/python/track.yaml': track('Python', 'python3'),
  'labs/tracks/python/template/component.yaml': 'track: python\nrun: [python3, main.py]\n',
  [LAB_YAML]: `format: 1
title: A program that repeats
contract: 1
builds: { usage: echo, purpose: the first program }
standard: a subset of cat(1)
tracks:
  go: { entry: main.go }
  python: { entry: main.py }
steps:
  - id: read
    title: Read
    checks:
${check('read/line', 'R1')}${check('read/end', 'R2')}`,
  [LESSON]: `# ${LAB}: a program that repeats

## Purpose

You build \`echo\`.

**Prerequisites.** None.

## The problem

Programs that say "Hello!" do not listen.

## What can go wrong

| risk | what it looks like | what this lab does about it |
| ---- | ------------------ | --------------------------- |
| none | nothing            | R1                          |

## The minimal design

\`\`\`mermaid
flowchart LR
  read --> write
\`\`\`

## Contract

- **R1** echo MUST write each line that it reads.
- **R2** At end-of-file echo MUST exit.

## Step 1 · Read

Build: read. \`a != b!\`

Validation: \`lab check --step 1\`.

### Look for yourself

Look.

## When this design breaks

It is slow.

## The pattern

A loop.

## Sources

- read(2), RETURN VALUE: what end-of-file looks like. <https://man7.org/linux/man-pages/man2/read.2.html>
- coreutils, \`src/cat.c\`: \`simple_cat\`.
`,
  [`labs/${LAB}/given/go/main.go`]: 'package main\n',
  [`labs/${LAB}/given/python/main.py`]: 'pass\n',
  [`labs/${LAB}/solutions/go/component.yaml`]: 'track: go\nbuild: go build -o echo .\nrun: [./echo]\n',
  [`labs/${LAB}/solutions/go/main.go`]: 'package main\n',
  [`labs/${LAB}/solutions/python/component.yaml`]: 'track: python\nrun: [python3, main.py]\n',
  [`labs/${LAB}/solutions/python/main.py`]: 'pass\n',
  [`labs/${LAB}/oracles/cat.yaml`]: `format: 1
title: cat
package: coreutils
run: [/bin/cat]
adapter: cat.sh
except:
  read/end: for the sake of the test
`,
  [`labs/${LAB}/oracles/cat.sh`]: '#!/bin/sh\n',
  [MUTANT]: `Bug: says nothing
Source: plausible: a buffer that nobody flushes
Solution: go
Requirement: R1
Kills: read/line

diff --git a/main.go b/main.go
`,
  [`labs/${LAB}/golden/silent.txt`]: 'read/line\n',
  [`checkers/${LAB}/index.ts`]: 'export default {}\n',
}

export interface Planted extends Disposable {
  root: string
  /** Puts a file there; `undefined` removes it. */
  put: (file: string, text: string | undefined) => void
  /** Replaces what must be in a file. */
  edit: (file: string, from: string, to: string) => void
  /** `file:line` of the first place where this text is */
  place: (file: string, text: string) => string
  /** everything but diagrams; `code` are the ids of the checks in the checkers */
  defects: (code?: readonly string[]) => Promise<Defect[]>
}

export async function planted(): Promise<Planted> {
  const folder = tempFolder()
  const root = folder.path
  writeFiles(root, FILES)
  const put = (file: string, text: string | undefined): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    if (text === undefined) rmSync(join(root, file))
    else writeFileSync(join(root, file), text)
  }
  const form = (code: readonly string[]) => {
    const checks = Object.fromEntries(code.map((id) => [id, { alone: false, limit: 1000, varies: [] }]))
    put('dist/checkers.json', JSON.stringify({ requires: [], checks, modules: [] }))
    return formOfTexts(root, { checkersOf: async () => join(root, 'dist', 'checkers.cjs') })
  }
  const loaded = await loadCourse(root, { cacheDir: false })
  for (const lab of loaded.labs.filter(({ planned }) => !planned)) {
    put(labPagePath(lab.id), labPage((await readDraft(loaded, lab)).draft))
  }
  const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')
  return {
    root,
    put,
    edit: (file, from, to) => {
      const text = textOf(file)
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`)
      put(file, text.replace(from, to))
    },
    place: (file, text) => `${file}:${textOf(file).split(text, 1).join('').split('\n').length}`,
    defects: async (code = ['read/line', 'read/end']) => {
      const { defects, drafts } = await form(code)
      return [...defects, ...drafts.flatMap(traceDefects), ...drafts.flatMap(labPageDefects)]
    },
    [Symbol.dispose]: () => {
      folder[Symbol.dispose]()
    },
  }
}

/** `where what`, without the page that is generated from what was changed. */
export function told(defects: readonly Defect[]): string[] {
  return defects
    .filter(({ where }) => where?.startsWith('docs/labs/') !== true)
    .map(({ where, what }) => `${where ?? ''} ${what}`)
}
