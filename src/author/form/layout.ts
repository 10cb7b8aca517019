/** Where the files of a course lie, and that nothing else does. Pure: over lists of paths relative to its folder. */
import type { Defect } from '../defect.ts'
import { faultsOf, type Fault } from './fault.ts'

/** What of a lab's own files says which others it has; undefined where it can't be read. */
export interface LabParts {
  id: string
  /** the tracks that lab.yaml offers */
  tracks: readonly string[] | undefined
  oracles: readonly { name: string; adapter?: string | undefined; component?: string | undefined }[]
}

/** Solutions that each lab has at least: two languages tell a rule of the contract from a habit of one of them. */
const SOLUTIONS = 2

/** Files of labs/ and checkers/ that belong to no lab, and of labs/tracks. */
export function courseLayoutDefects(
  files: readonly string[],
  course: { labs: readonly string[]; tracks: readonly string[] },
): Defect[] {
  const fault = faultsOf('form', undefined)
  const stages = new Set(course.labs.map((id) => id.split('/')[0]))
  const strays = files.flatMap((file): Defect[] => {
    const [top, second = '', third = '', fourth] = file.split('/')
    const lab = `${second}/${third}`
    if (top === 'labs') {
      if (file === 'labs/course.yaml') return []
      if (second === 'tracks') {
        const known =
          course.tracks.includes(third) && (fourth === 'template' || file === `labs/tracks/${third}/track.yaml`)
        return known ? [] : stray(file, 'A track is labs/tracks/LANGUAGE/track.yaml and a folder template/.', fault)
      }
      if (fourth !== undefined && course.labs.includes(lab)) return []
      return stray(file, unknownLab(second, fourth === undefined ? undefined : lab, stages), fault)
    }
    if (top === 'checkers') {
      if (second === 'kit' || (fourth !== undefined && course.labs.includes(lab))) return []
      return stray(file, unknownLab(second, fourth === undefined ? undefined : lab, stages), fault)
    }
    if (file.startsWith('docs/labs/')) {
      const pages = course.labs.map((id) => `docs/labs/${id.replace('/', '-')}.md`)
      return pages.includes(file) ? [] : stray(file, 'docs/labs/ has one page for each lab, STAGE-NAME.md.', fault)
    }
    return []
  })
  const templates = course.tracks
    .filter((track) => !files.some((file) => file.startsWith(`labs/tracks/${track}/template/`)))
    .map((track) =>
      fault({
        file: `labs/tracks/${track}/template`,
        what: `The track ${track} has no template.`,
        remedy: 'Add the files that every component in this language begins with; component.yaml is one of them.',
      }),
    )
  return [...strays, ...templates]
}

function unknownLab(stage: string, lab: string | undefined, stages: ReadonlySet<string | undefined>): string {
  if (lab === undefined) return 'Only folders of labs lie there.'
  return stages.has(stage) ? `labs/course.yaml lists no lab ${lab}.` : `labs/course.yaml has no stage ${stage}.`
}

function stray(file: string, why: string, fault: Fault): Defect[] {
  return [
    fault({
      file,
      what: `${file} has no place in the course.`,
      why,
      remedy: `Move it to where it belongs, or remove it: git rm ${file} (rm where git does not know it).`,
    }),
  ]
}

/** Files in a lab's folder, and of its checkers, that are missing or have no place there. */
export function labLayoutDefects(files: readonly string[], lab: LabParts, fault: Fault): Defect[] {
  const folder = `labs/${lab.id}/`
  const own = files.filter((file) => file.startsWith(folder)).map((file) => file.slice(folder.length))
  const code = files.filter((file) => file.startsWith(`checkers/${lab.id}/`))
  return [
    ...own.flatMap((file) => {
      const why = misplaced(file, own, lab)
      return why === undefined ? [] : stray(folder + file, why, fault)
    }),
    ...code
      .filter((file) => !/\.ts$|^checkers\/[^/]+\/[^/]+\/programs\/[^/]+$/.test(file))
      .flatMap((file) =>
        stray(file, 'Checkers are index.ts, one file a step, and what hosts run in programs/.', fault),
      ),
    ...missingDefects(own, code, lab, fault),
  ]
}

const IN_FOLDER = /^(given|solutions|oracles|mutants|golden)\/([^/]+)(\/.*)?$/

/** Why a file (relative to the lab's folder) is not where the layout says; undefined when it is. */
function misplaced(file: string, own: readonly string[], { tracks, oracles }: LabParts): string | undefined {
  if (['README.md', 'lab.yaml', 'proof.json'].includes(file)) return undefined
  const [, folder, name = '', rest] = IN_FOLDER.exec(file) ?? []
  switch (folder) {
    case 'given':
    case 'solutions': {
      const common = folder === 'given' && name === 'common'
      if (rest === undefined) return `${folder}/ has a folder for each language.`
      return tracks === undefined || common || tracks.includes(name) ? undefined : `lab.yaml offers no track ${name}.`
    }
    case 'oracles':
      if (rest === undefined && name.endsWith('.yaml')) return undefined
      if (oracles.some((o) => (rest === undefined ? o.adapter : o.component) === name)) return undefined
      return 'oracles/ has NAME.yaml and what one of these files names as its adapter or component.'
    case 'mutants':
      return rest === undefined && /^[a-z0-9][a-z0-9-]*\.patch$/.test(name)
        ? undefined
        : 'mutants/ has NAME.patch only.'
    case 'golden': {
      const mutant = rest === undefined ? /^([a-z0-9-]+)\.txt$/.exec(name)?.[1] : undefined
      if (mutant === undefined) return 'golden/ has MUTANT.txt only.'
      return own.includes(`mutants/${mutant}.patch`) ? undefined : `There is no mutant ${mutant}.`
    }
    default:
      return 'A lab has lab.yaml, README.md, given/, solutions/, oracles/, mutants/, golden/ and proof.json.'
  }
}

function missingDefects(own: readonly string[], code: readonly string[], lab: LabParts, fault: Fault): Defect[] {
  const folder = `labs/${lab.id}/`
  const defects: Defect[] = []
  const miss = (file: string, what: string, remedy: string): void => {
    defects.push(fault({ file, what, remedy }))
  }
  const has = (start: string): boolean => own.some((file) => file === start || file.startsWith(`${start}/`))
  if (!has('README.md')) {
    miss(
      `${folder}README.md`,
      `The lab ${lab.id} has no lesson.`,
      'Write it; labs/linux/init/README.md shows the frame.',
    )
  }
  if (!code.includes(`checkers/${lab.id}/index.ts`)) {
    miss(`checkers/${lab.id}/index.ts`, `The lab ${lab.id} has no checkers.`, 'Write index.ts, and one file a step.')
  }
  const solutions = new Set(own.flatMap((file) => /^solutions\/([^/]+)\//.exec(file)?.[1] ?? []))
  if (solutions.size < SOLUTIONS) {
    const there = solutions.size === 0 ? 'no solution' : `a solution in ${[...solutions].join(', ')} only`
    miss(
      `${folder}solutions`,
      `The lab ${lab.id} has ${there}.`,
      `Write ${SOLUTIONS} at least, in different languages.`,
    )
  }
  for (const language of solutions) {
    if (has(`solutions/${language}/component.yaml`)) continue
    const file = `${folder}solutions/${language}/component.yaml`
    miss(file, `The solution in ${language} has no component.yaml.`, 'Add it: how it is built and run.')
  }
  if (!has('mutants')) {
    miss(`${folder}mutants`, `The lab ${lab.id} has no mutant.`, `Make one: lab author mutant ${lab.id} NAME`)
  }
  for (const { name, adapter, component } of lab.oracles) {
    const file = `${folder}oracles/${name}.yaml`
    if (adapter !== undefined && !own.includes(`oracles/${adapter}`)) {
      miss(file, `The adapter ${adapter} does not exist.`, `Add ${folder}oracles/${adapter}, or mend its name.`)
    }
    if (component !== undefined && !own.includes(`oracles/${component}/component.yaml`)) {
      const what = `The folder ${component} is no component.`
      miss(file, what, `Add ${folder}oracles/${component}/component.yaml, or mend the name.`)
    }
  }
  return defects
}
