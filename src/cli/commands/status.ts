import { loadLab } from '../../course/lab.ts'
import type { Course, LabSummary } from '../../course/model.ts'
import { map, type MapData, type MapLab } from '../../report/tty/map.ts'
import { progressOf } from '../../workspace/progress.ts'
import { LabCommand } from '../command.ts'
import { courseAt, findPlace, labInHand, type Place } from '../place.ts'

export class Status extends LabCommand {
  static override summary = 'show the map: labs, steps, points, and what is next'
  static override examples = [
    { description: 'The map', command: '<%= config.bin %> status' },
    { description: 'The same as data', command: '<%= config.bin %> status --json' },
  ]

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Status)
    const course = await courseAt(flags, this.root)
    const place = await findPlace(course, flags, this.root, this.note)
    const current = place && labInHand(place)
    const stages = await Promise.all(
      course.stages.map(async ({ id, title, labs }) => {
        return { id, title, labs: await Promise.all(labs.map((lab) => describe(lab, course, place, current))) }
      }),
    )
    const data: MapData = {
      title: course.title,
      version: course.version,
      stages,
      next: whatNext(stages.flatMap((s) => s.labs)),
    }
    this.say(map(data, this.layout))
    return { course: course.title, workspace: place?.workspace.dir ?? null, ...data }
  }
}

async function describe(
  summary: LabSummary,
  course: Course,
  place: Place | undefined,
  current: string | undefined,
): Promise<MapLab> {
  const { id, number, title } = summary
  if (summary.planned) return { id, number, title, state: 'planned', current: false }
  const lab = await loadLab(course, id)
  const of = lab.points
  const progress = place && progressOf(lab, place.events, course.renames)
  if (!progress?.started) return { id, number, title, state: 'not started', current: false, points: { earned: 0, of } }
  return {
    id,
    number,
    title,
    state: progress.finished ? 'finished' : 'started',
    current: id === current,
    points: { earned: progress.points, of },
    step: progress.step,
    steps: lab.steps.map(({ number, title, checks }) => {
      const passed = checks.filter((check) => progress.last.get(check.id)?.verdict === 'passed').length
      return { number, title, passed, checks: checks.length }
    }),
    timeMs: progress.timeMs,
    newChecks: progress.newChecks.length,
    gaveUp: progress.gaveUpAt !== undefined,
  }
}

function whatNext(labs: readonly MapLab[]): MapData['next'] {
  const current = labs.find((lab) => lab.current)
  if (!current) return { command: 'lab start', why: 'starts the first lab' }
  const step = current.steps?.find(({ number }) => number === current.step)
  if (!step) {
    const later = labs.find(
      ({ number, state }) => number > current.number && state !== 'planned' && state !== 'finished',
    )
    return later
      ? { command: `lab start ${later.id}`, why: later.title }
      : {
          command: 'lab read',
          why: `section "When this design breaks" of ${current.id}; the labs after it are planned`,
        }
  }
  const where = `${current.id}, step ${step.number} of ${current.steps?.length ?? 0}: ${step.title}`
  return step.passed === step.checks
    ? { command: 'lab next', why: `${where} passes` }
    : { command: 'lab check', why: where }
}
