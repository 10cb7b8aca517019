/** Shows a long text through the person's pager, where there is a terminal and a pager. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { onPath } from './on-path.ts'

/** Resolves when the pager has ended. Without a terminal, or with PAGER= or PAGER=cat, the text goes to stdout. */
export async function page(text: string): Promise<void> {
  const pager = process.stdout.isTTY ? pagerCommand(process.env) : undefined
  if (pager === undefined) {
    process.stdout.write(text)
    return
  }
  // -F leaves at once when all fits on the screen, -R shows colours, -X keeps the text on the screen afterwards.
  const env = { ...process.env, LESS: process.env['LESS'] ?? 'FRX' }
  // PAGER is a command line, not a program's name. Ctrl-C is the pager's while it runs.
  const child = spawn('sh', ['-c', pager], { stdio: ['pipe', 'inherit', 'inherit'], env })
  const ignore = (): void => undefined
  process.on('SIGINT', ignore)
  // The person may leave before everything was written.
  child.stdin.on('error', ignore)
  child.stdin.end(text)
  try {
    await once(child, 'close')
  } finally {
    process.off('SIGINT', ignore)
  }
}

function pagerCommand(env: NodeJS.ProcessEnv): string | undefined {
  const said = env['PAGER']
  if (said !== undefined) return said.trim() === '' || said.trim() === 'cat' ? undefined : said
  return onPath('less') === undefined ? undefined : 'less'
}
