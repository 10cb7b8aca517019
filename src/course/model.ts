/** What the rest of the program knows of a course: plain values, read from `labs/`. */
import type { Machine } from '../packages.ts'
import type { Brought, Toolchain } from '../protocol/index.ts'
import type { CheckEntry, Install, LabFile } from './schema.ts'

export interface Course {
  /** absolute path of the folder that holds `labs/` and `checkers/` */
  root: string
  title: string
  /** MAJOR.MINOR.PATCH */
  version: string
  stages: Stage[]
  /** every lab, planned ones too, in course order */
  labs: LabSummary[]
  /** old lab or check id → new id */
  renames: Readonly<Record<string, string>>
}

export interface Stage {
  id: string
  title: string
  labs: LabSummary[]
}

export interface LabSummary {
  /** `STAGE/NAME` */
  id: string
  stage: string
  name: string
  /** 1-based, in the course */
  number: number
  title: string
  /** listed in course.yaml, but not written yet: it has no lab.yaml */
  planned: boolean
  /** absolute path of the lab's folder */
  dir: string
}

export interface Lab extends LabSummary {
  contract: number
  builds: LabFile['builds']
  standard: string
  /** the tracks that the lab offers, in order */
  tracks: LabTrack[]
  /** components of earlier labs that this one runs with */
  uses: string[]
  /** what the lesson's experiments run and checks do not need: program → what for */
  tools: Readonly<Record<string, string>>
  steps: Step[]
  /** the sum of the checks' points */
  points: number
}

export interface LabTrack {
  id: string
  /** the file that a learner edits first, relative to the component */
  entry: string
}

export interface Step {
  id: string
  title: string
  /** 1-based */
  number: number
  checks: Check[]
}

/** A check as people read it; `step` is the number of its step. */
export type Check = CheckEntry & { step: number }

export interface Track {
  id: string
  title: string
  program: string
  /** programs that Drydock brings */
  brought: readonly Brought[]
  install: Install
  /** programs that its builds call besides → how each is installed */
  needs: Readonly<Record<string, Install>>
  /** what the packages take to download, MB */
  megabytes: number
  /** absolute path of the starter template */
  template: string
  /** What a target needs to know of the track; the install command is that of `machine`, by default this one. */
  toolchain(machine?: Machine): Toolchain
}
