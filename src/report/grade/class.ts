/** What became of a folder of workspaces, as data. docs/schemas/class.json is generated from it. */
import * as v from 'valibot'
import { GradedLab, GRADE_FORMAT, Points } from './report.ts'

const Text = v.string()
const Count = v.pipe(v.number(), v.integer(), v.minValue(0))

export const ClassRow = v.object({
  /** name of its folder */
  workspace: Text,
  /** absent where there is no grade: `why` says the reason */
  points: v.optional(Points),
  why: v.optional(Text),
  /** the labs that are started or required */
  labs: v.array(
    v.object({
      lab: Text,
      points: Points,
      state: GradedLab.entries.state,
      met: v.boolean(),
      /** why it could not be read; the whole report says more */
      why: v.optional(Text),
    }),
  ),
  /** all that is required is met */
  met: v.boolean(),
  timedOut: v.boolean(),
  /** name of the whole report in the folder of results */
  report: v.optional(Text),
  exitCode: Count,
})
export type ClassRow = v.InferOutput<typeof ClassRow>

export const ClassReport = v.object({
  format: v.literal(GRADE_FORMAT),
  course: v.object({ title: Text, version: Text, digest: Text }),
  /** of every workspace: all were asked the same */
  seed: Text,
  /** labs with a column, in course order */
  labs: v.array(v.object({ lab: Text, of: Count })),
  /** by name */
  rows: v.array(ClassRow),
  exitCode: Count,
})
export type ClassReport = v.InferOutput<typeof ClassReport>
