/**
 * The course's files as schemas: `labs/course.yaml`, `labs/<stage>/<lab>/lab.yaml`, `labs/tracks/<id>/track.yaml`.
 * JSON Schemas for editors are generated from these.
 */
import * as v from 'valibot'
import { BROUGHT } from '../protocol/index.ts'

const Text = v.pipe(v.string(), v.trim(), v.nonEmpty('must not be empty'))
const Name = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and dashes'))
export const LabId = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/, 'must be STAGE/LAB, for example linux/init'),
)
export const CheckId = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/, 'must be STEP/CHECK, for example exit-status/code'),
)
export const RequirementId = v.pipe(v.string(), v.regex(/^R[1-9][0-9]*$/, 'must be R and a number, for example R3'))

export const CourseFile = v.strictObject({
  /** version of this file's format */
  format: v.literal(1),
  title: Text,
  version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/, 'must be MAJOR.MINOR.PATCH')),
  stages: v.pipe(
    v.array(
      v.strictObject({
        id: Name,
        title: Text,
        labs: v.pipe(v.array(v.strictObject({ id: LabId, title: Text })), v.minLength(1)),
      }),
    ),
    v.minLength(1),
  ),
  /** old lab or check id → new id */
  renames: v.optional(v.record(v.string(), v.string()), {}),
})
export type CourseFile = v.InferOutput<typeof CourseFile>

export const CheckEntry = v.strictObject({
  id: CheckId,
  requirement: RequirementId,
  points: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** what a right component does, in a few words: "exits with its child's exit code" */
  claim: Text,
  /** why the check exists; the real incident where there is one */
  why: Text,
  /** where it is written down, and where to look in it */
  source: Text,
  /** three rungs: a question; where to look; an approach. Never code. */
  hints: v.pipe(v.array(Text), v.length(3, 'must be three rungs: a question, where to look, an approach')),
  /** a command for the host that is held where the check fails: what a person looks at there */
  look: v.optional(Text),
  /** checks that must pass first; `lab check` skips by it, grading does not */
  needs: v.optional(v.array(CheckId), []),
})
export type CheckEntry = v.InferOutput<typeof CheckEntry>

export const StepEntry = v.strictObject({
  id: Name,
  title: Text,
  checks: v.pipe(v.array(CheckEntry), v.minLength(1)),
})
export type StepEntry = v.InferOutput<typeof StepEntry>

export const LabFile = v.strictObject({
  format: v.literal(1),
  title: Text,
  /** raised when the meaning of a requirement changes */
  contract: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** the usage line of the component, and what it is for */
  builds: v.strictObject({ usage: Text, purpose: Text }),
  /** which standard the contract is a subset of */
  standard: Text,
  /** track id → the file that a learner edits first; the tracks that this lab offers, in order */
  tracks: v.pipe(
    v.record(Name, v.strictObject({ entry: Text })),
    v.check((t) => Object.keys(t).length > 0, 'must offer at least one track'),
  ),
  /** components of earlier labs that this one runs with */
  uses: v.optional(v.array(LabId), []),
  /** what the lesson's experiments run and checks do not need: program → what for */
  tools: v.optional(v.record(v.pipe(v.string(), v.nonEmpty()), Text), {}),
  steps: v.pipe(v.array(StepEntry), v.minLength(1)),
})
export type LabFile = v.InferOutput<typeof LabFile>

/** The smallest packages, separated by spaces, for each package manager; `other`: what to do where there is none. */
const Install = v.strictObject({
  'apt-get': v.optional(Text),
  apk: v.optional(Text),
  dnf: v.optional(Text),
  pacman: v.optional(Text),
  zypper: v.optional(Text),
  brew: v.optional(Text),
  other: Text,
})
export type Install = v.InferOutput<typeof Install>

export const TrackFile = v.pipe(
  v.strictObject({
    format: v.literal(1),
    title: Text,
    /** on PATH, or one of `brought` */
    program: Text,
    /** argv that prints the toolchain's folder; not needed where all of it is brought */
    locate: v.optional(v.array(v.string()), []),
    /** its folders of programs, relative to that folder */
    paths: v.optional(v.array(v.string()), []),
    /** programs that Drydock brings: builds and runs find them on PATH */
    brought: v.optional(v.array(v.picklist(BROUGHT)), []),
    env: v.optional(v.record(v.string(), v.string()), {}),
    /** what a person may have set for downloads, for fetch: alone: variable → the command that prints it, on the person's machine */
    downloads: v.optional(v.record(v.string(), v.pipe(v.array(v.string()), v.minLength(1))), {}),
    install: Install,
    /** programs that a build calls and that the toolchain does not bring, a linker for example → how each is installed */
    needs: v.optional(v.record(Text, Install), {}),
    /** what the packages take to download on Debian, MB: where no language of a lab is there, the smallest is proposed */
    megabytes: v.pipe(v.number(), v.minValue(1)),
  }),
  v.check(
    ({ locate, brought, program }) => locate.length > 0 || brought.some((name) => name === program),
    'must say with locate: where the toolchain is, unless program is one of brought',
  ),
)
export type TrackFile = v.InferOutput<typeof TrackFile>

/**
 * `labs/<stage>/<lab>/oracles/<name>.yaml`: how a real tool is run as this lab's component. It is either a program of this
 * machine (`package`, `run`, `adapter`), or a `component`; see oracleFindings.
 */
export const OracleFile = v.strictObject({
  format: v.literal(1),
  title: Text,
  /** where the tool is from, for a person: Debian packages, separated by spaces */
  package: v.optional(Text),
  /** argv of the tool, absolute */
  run: v.optional(v.pipe(v.array(v.string()), v.minLength(1))),
  /**
   * a program beside this file that maps the contract's arguments to the tool's: it is started with the argv in `run`,
   * then the component's arguments, and executes the tool in its own place
   */
  adapter: v.optional(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9.-]*$/, 'must be the name of a file beside this one'))),
  /** a folder beside this file with a component.yaml: a program over a real library, which it fetches and builds */
  component: v.optional(Name),
  /** checks that do not apply to it, each with the reason */
  except: v.optional(v.record(CheckId, Text), {}),
})
export type OracleFile = v.InferOutput<typeof OracleFile>
