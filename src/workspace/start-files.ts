/** What a new workspace holds besides workspace.yaml. */
import type { Course } from '../course/model.ts'

/** name → text */
export function startFiles(course: Pick<Course, 'title'>): Record<string, string> {
  return { 'README.md': readme(course.title), '.gitignore': GITIGNORE, '.gitattributes': GITATTRIBUTES }
}

function readme(title: string): string {
  return `# ${title}: my workspace

Each folder here is a component that I build, with its lesson in \`LESSON.md\` and how it is built and run in
\`component.yaml\`. This is a git repository of my own.

| command      | what it does                                     |
| ------------ | ------------------------------------------------ |
| \`lab read\`   | shows the lesson                                 |
| \`lab check\`  | runs the checks of the step that I work on       |
| \`lab hint\`   | gives one hint                                   |
| \`lab next\`   | goes on when the step passes                     |
| \`lab status\` | shows the map: labs, steps, points, what is next |
| \`lab diff\`   | shows what I changed since the start             |
| \`lab reset\`  | begins a lab again; what was there is saved      |
| \`lab mentor\` | tells my coding assistant to navigate, not drive |

\`workspace.yaml\` says where components run and which labs are started. \`.lab/journal.jsonl\` is the record of my
progress: keep it.
`
}

const GITIGNORE = `# reports of runs, and what can be made again
/.lab/*
!/.lab/journal.jsonl

# build outputs
node_modules/
target/
__pycache__/
.venv/
.DS_Store
`

/** The journal is only added to, so both sides of a merge are right; an event that occurs twice counts once. */
const GITATTRIBUTES = `/.lab/journal.jsonl merge=union
`
