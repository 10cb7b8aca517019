/** The learner's files as schemas: `workspace.yaml` and a component's `component.yaml`. */
import * as v from 'valibot'
import { LabId } from '../course/schema.ts'

const Name = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and dashes'))
/** One folder in the workspace, and nothing outside it. */
const Folder = v.pipe(
  v.string(),
  v.regex(/^(?!\.)[^/\\\0]+(?:\/(?!\.)[^/\\\0]+)*$/, 'must be a folder below the workspace, for example init'),
)

/** Read first: what another format looks like is unknown. */
export const AnyFormat = v.looseObject({ format: v.unknown() })

export const WorkspaceFile = v.strictObject({
  /** version of this file's format */
  format: v.literal(1),
  /** version of the course that the workspace was made with */
  course: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/, 'must be MAJOR.MINOR.PATCH')),
  /** where components run: auto, or a target's name */
  target: v.optional(Name, 'auto'),
  /** the labs that were started: lab id → track and the component's folder; nothing behind the colon: none */
  labs: v.nullish(v.record(LabId, v.strictObject({ track: Name, component: Folder })), {}),
})
export type WorkspaceFile = v.InferOutput<typeof WorkspaceFile>

const Argv = v.pipe(
  v.array(
    v.pipe(
      v.string(),
      v.check((arg) => !arg.includes('\0'), 'must not contain a NUL'),
    ),
  ),
  v.minLength(1),
)
/** An argv list, or a line for `sh -c`. */
const Command = v.union([v.pipe(v.string(), v.trim(), v.nonEmpty('must not be empty')), Argv])

export const ComponentFile = v.strictObject({
  /** the track whose toolchain builds it */
  track: v.optional(Name),
  /** fetches dependencies; it has network */
  fetch: v.optional(Command),
  /** builds the component; it has no network */
  build: v.optional(Command),
  /** the program's argv, or names of programs and their argv; main is the one that is checked */
  run: v.union([Argv, v.record(Name, Argv)]),
})
export type ComponentFile = v.InferOutput<typeof ComponentFile>
