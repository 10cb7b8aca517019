/**
 * Records a whole lab as a learner sees it, on a real terminal of 80 columns, for README.md.
 *
 *   node scripts/session.mjs            records in a fresh clone of what is committed, and writes README.md
 *   node scripts/session.mjs --check    records with what is built here, and compares with README.md what does not vary:
 *                                       the commands, their exit codes, the verdict of each check, the totals
 */
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import terminal from '@xterm/headless'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const LAB = 'labs/linux/init'
const COLUMNS = 80
const ROWS = 60
/** ms for one command; the first one installs and builds */
const LIMIT = 300_000

/** What the learner does: commands, and between them what they have written, a wrong one now and then. */
const SESSION = [
  { run: './lab start --track go' },
  { write: 'dies-instead-of-its-child', says: 'a child is started and waited for, its exit status passed on' },
  { run: './lab check' },
  { run: './lab next' },
  { run: './lab check' },
  { run: './lab hint' },
  { write: 'waits-for-its-child-only', says: 'signals are passed on, to the child or with -g to its group' },
  { run: './lab check' },
  { run: './lab next' },
  { run: './lab check' },
  { run: './lab next' },
  { run: './lab check' },
  { run: `echo "ps -eo pid,ppid,stat,args" | ./lab shell reap/orphan` },
  { write: 'missing-command-is-success', says: 'whoever ends is waited for, as often as there is somebody' },
  { run: './lab check' },
  { run: './lab next' },
  { run: './lab check' },
  { run: './lab next' },
  { run: './lab check' },
  { write: 'solution', says: 'a command that can not be executed is a failure' },
  { run: './lab check' },
  { run: './lab next' },
  { run: './lab check' },
  { run: './lab next' },
  { run: './lab status' },
]

/** Makes the folder that the learner works in. */
function prepare(folder, check) {
  if (!check) {
    execFileSync('git', ['clone', '--quiet', root, folder])
    return
  }
  for (const part of ['bin', 'dist', 'labs', 'package.json']) {
    cpSync(join(root, part), join(folder, part), { recursive: true, preserveTimestamps: true })
  }
  // What is built already needs no launcher that builds.
  writeFileSync(join(folder, 'lab'), `#!/bin/sh\nexec node '${folder}/bin/lab.js' "$@"\n`, { mode: 0o755 })
}

/** Puts a version of the component into the workspace: the solution, or one with a mutant's mistake. */
function write(folder, version) {
  const component = join(folder, 'work', 'init')
  cpSync(join(root, LAB, 'solutions', 'go'), component, { recursive: true })
  if (version === 'solution') return
  execFileSync('git', ['apply', join(root, LAB, 'mutants', `${version}.patch`)], {
    cwd: component,
    env: { ...process.env, GIT_CEILING_DIRECTORIES: folder, GIT_DIR: '/nowhere' },
  })
}

/** Runs a line of a shell on a pty, and returns what is on the screen and above it when it has ended. */
async function onTerminal(line, folder) {
  const screen = new terminal.Terminal({ cols: COLUMNS, rows: ROWS, scrollback: 10_000, allowProposedApi: true })
  const inside = `stty cols ${COLUMNS} rows ${ROWS}; ${line}`
  const child = spawn('script', ['-qefc', inside, '/dev/null'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      NO_COLOR: '1',
      PAGER: 'cat',
      LAB_WORKSPACE: '',
      CI: '',
    },
    timeout: LIMIT,
  })
  const written = []
  child.stdout.on('data', (bytes) => written.push(new Promise((done) => screen.write(bytes, done))))
  const code = await new Promise((done) => child.once('close', done))
  await Promise.all(written)
  const buffer = screen.buffer.active
  const lines = Array.from({ length: buffer.length }, (_, i) => buffer.getLine(i)?.translateToString(true) ?? '')
  return { line, code, text: lines.join('\n').trimEnd() }
}

async function record(check) {
  const folder = mkdtempSync(join(tmpdir(), 'session-'))
  try {
    const checkout = join(folder, 'drydock')
    prepare(checkout, check)
    const frames = []
    for (const step of SESSION) {
      if (step.run === undefined) {
        write(checkout, step.write)
        frames.push({ says: step.says })
      } else {
        frames.push(await onTerminal(step.run, checkout))
        process.stderr.write(`${step.run}: exit ${frames.at(-1).code}\n`)
      }
    }
    return frames
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const asText = ({ line, says, text }) =>
  says === undefined ? `$ ${line}\n${text}\n` : `# edits work/init/main.go: ${says}\n`

/** What does not vary between two recordings: commands, exit codes, signs with ids and claims, totals without time. */
function skeleton(text) {
  return text
    .split('\n')
    .flatMap((line) => {
      const verdict = /^ {2}[✓✗!-] (\S+\/\S+)/.exec(line)
      const totals = /^ {2}(.*\d (?:passed|failed).*points)/.exec(line)
      if (line.startsWith('$ ') || line.startsWith('# edits')) return [line]
      if (verdict) return [line.slice(0, 3).trim() + ' ' + verdict[1]]
      return totals ? [totals[1]] : []
    })
    .join('\n')
}

const BLOCK = (name) => new RegExp(`(<!-- session: ${name} -->\n+\`\`\`console\n)[^]*?(\`\`\`\n)`)

async function main() {
  const check = process.argv.includes('--check')
  const path = join(root, 'README.md')
  const readme = readFileSync(path, 'utf8')
  const frames = await record(check)
  const whole = frames.map(asText).join('\n')
  if (check) {
    const [now, then] = [skeleton(whole), skeleton(BLOCK('whole').exec(readme)?.[0] ?? '')]
    if (now === then) return console.log(`the session in README.md is what lab prints: ${frames.length} parts compared`)
    console.error(`README.md shows another session.\n\n--- now\n${now}\n\n--- README.md\n${then}\n`)
    console.error('  To mend   node scripts/session.mjs')
    process.exitCode = 1
    return
  }
  const red = frames.find(({ line, code }) => line === './lab check' && code === 1)
  const blocks = { start: asText(frames[0]), red: asText(red), whole }
  let text = readme
  for (const [name, content] of Object.entries(blocks)) {
    if (!BLOCK(name).test(text)) throw new Error(`README.md has no block "session: ${name}"`)
    text = text.replace(BLOCK(name), (_, before, after) => `${before}${content}${after}`)
  }
  writeFileSync(path, text)
}

await main()
