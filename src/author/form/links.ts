/** Links of a page: well-formed, and pointing at something where they stay inside the course. Nothing is fetched. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { nearest } from '../../course/nearest.ts'
import type { Defect } from '../defect.ts'
import type { Fault } from './fault.ts'
import { ADDRESS, lineAt, readPage, type Link, type Page } from './markdown.ts'

/** What of a link Markdown leaves in the text when it is not one. */
const LEFTOVERS: readonly [pattern: RegExp, why: string, remedy: string][] = [
  [
    /\[[^\]\n]+\]\([^)\n]*\)?/,
    'Markdown does not take it for a link: an address has no spaces, and its parentheses are closed.',
    'Write [text](address); a space in an address is %20.',
  ],
  [
    /\[[^\]\n]+\]\[[^\]\n]*\]/,
    'No line of the page defines this reference.',
    'Add a line [name]: address, or write [text](address).',
  ],
  [/<\u{fffb}[^>\n]*>?/u, 'An address in angle brackets has no spaces.', 'Write <https://…> without spaces.'],
]

export function linkDefects(page: Page, root: string, fault: Fault): Defect[] {
  const leftovers = page.prose.flatMap(({ text, line }) =>
    LEFTOVERS.flatMap(([pattern, why, remedy]) => {
      const found = pattern.exec(text)
      if (!found) return []
      const at = line + lineAt(text, found.index) - 1
      return [
        fault({
          file: page.path,
          line: at,
          what: `${found[0].replace(ADDRESS, 'https://…')} is not a link.`,
          why,
          remedy,
        }),
      ]
    }),
  )
  return [...leftovers, ...page.links.flatMap((link) => targetDefects(page, link, root, fault))]
}

function targetDefects(page: Page, { href, line }: Link, root: string, fault: Fault): Defect[] {
  const defect = (what: string, remedy: string, why?: string): Defect[] => [
    fault({ file: page.path, line, what, why, remedy }),
  ]
  if (/^[a-z][a-z0-9+.-]*:/i.test(href)) {
    const wrong = addressFault(href)
    return wrong === undefined ? [] : defect(`The link ${href} ${wrong[0]}.`, wrong[1])
  }
  if (href.startsWith('/')) {
    return defect(
      `The link ${href} begins with /.`,
      'Write it relative to the page.',
      'On a machine, that is the root of its file system.',
    )
  }
  const [path = '', anchor] = decoded(href).split('#', 2)
  const file = path === '' ? page.path : normalize(join(dirname(page.path), path))
  if (file.startsWith('..')) {
    return defect(`The link ${href} leads out of the course's folder.`, 'Link what is inside, or an https address.')
  }
  if (!existsSync(join(root, file))) {
    return defect(`The link ${href} points to nothing.`, 'Mend the path, or take the link out.', `There is no ${file}.`)
  }
  if (anchor === undefined || anchor === '' || !file.endsWith('.md') || statSync(join(root, file)).isDirectory()) {
    return []
  }
  const target = file === page.path ? page : readPage(file, readFileSync(join(root, file), 'utf8'))
  if (target.anchors.has(anchor)) return []
  const meant = nearest(anchor, [...target.anchors])
  return defect(
    `The link ${href} points to a heading that ${file} does not have.`,
    meant === undefined ? 'Name one of its headings.' : `Did you mean #${meant}?`,
    `Its anchors are: ${[...target.anchors].join(', ')}`,
  )
}

/** What is wrong with an address, and what mends it. */
export function addressFault(href: string): [what: string, remedy: string] | undefined {
  if (/\s|%20$/.test(href)) return ['has spaces', 'Take the spaces out.']
  if (!URL.canParse(href)) return ['is not an address', 'Write https://HOST/PATH.']
  const { protocol, hostname } = new URL(href)
  if (protocol !== 'https:') return [`begins with ${protocol}`, 'Links are https, which nobody in between can change.']
  if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(hostname)) return [`names the host ${hostname}`, 'Name a public host.']
  return undefined
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href)
  } catch {
    return href
  }
}
