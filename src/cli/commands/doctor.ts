import { boolean } from '@oclif/core/flags'
import { loadLab } from '../../course/lab.ts'
import { loadTrack } from '../../course/track.ts'
import type { Course } from '../../course/model.ts'
import { EXIT, Problem } from '../../problem.ts'
import { doctorScreen, type Finding } from '../../report/tty/doctor-screen.ts'
import { LabCommand } from '../command.ts'
import { installGit } from '../install-git.ts'
import { onPath } from '../on-path.ts'
import { courseAt, findPlace, labInHand, type Place } from '../place.ts'
import { missingFor } from '../tracks.ts'

/** What every lab requires of the target for now. */
const REQUIRED = ['namespaces']

export class Doctor extends LabCommand {
  static override summary = 'tell what the lab needs and what this machine has'
  static override description =
    'Lists what is there and what is missing, each gap with the command that mends it. Exits 3 when something is missing ' +
    'that the lab can not do without.'
  static override examples = [
    { description: 'What is missing here', command: '<%= config.bin %> doctor' },
    { description: 'Remove what a killed run left', command: '<%= config.bin %> doctor --clean' },
  ]
  static override flags = { clean: boolean({ summary: 'remove what a killed run left on this machine' }) }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Doctor)
    if (flags.clean) return this.#clean()
    const course = await courseAt(flags, this.root)
    const place = await findPlace(course, flags, this.root, this.note)
    const findings = [
      { name: 'node', state: 'present' as const, text: `${process.version} (${process.execPath})` },
      gitFinding(),
      ...(await toolchainFindings(course, place)),
      ...(await this.#targetFindings(place?.workspace.target ?? 'auto')),
    ]
    const missing = findings.filter(({ state }) => state === 'missing').length
    this.code = missing > 0 ? EXIT.environment : EXIT.passed
    this.say(doctorScreen(findings, this.layout))
    this.say()
    this.say(missing > 0 ? `  ${missing} missing; after mending, run lab doctor again` : '  nothing is missing')
    return { ok: missing === 0, findings }
  }

  async #clean(): Promise<unknown> {
    const { cleanUp } = await import('../../targets/clean.ts')
    const removed = await cleanUp(this.root)
    for (const line of removed) this.say(`  ${line}`)
    if (removed.length === 0) this.say('  nothing was left behind')
    return { removed }
  }

  async #targetFindings(target: string): Promise<Finding[]> {
    const { connect } = await import('../../targets/connect.ts')
    const name = `target ${target}`
    try {
      await using engine = await connect({ root: this.root, target, requires: REQUIRED, onNote: this.note })
      const { facts, factor, description } = engine
      const bounds =
        facts.bounds === 'rlimit' ? 'rlimit (no usable cgroup; checks about memory are not graded)' : facts.bounds
      return [
        {
          name,
          state: 'present',
          text: `${description}, ${facts.cpus} processors, deadlines times ${factor.toFixed(1)}`,
        },
        { name: 'bounds', state: facts.bounds === 'rlimit' ? 'absent' : 'present', text: bounds },
        ...REQUIRED.map((need): Finding => {
          const has = facts.offers.includes(need)
          return {
            name: need,
            state: has ? 'present' : 'missing',
            text: has ? 'offered by the target' : 'the target does not offer it',
          }
        }),
      ]
    } catch (error) {
      if (!(error instanceof Problem) || error.exitCode !== EXIT.environment) throw error
      const { what, why, remedy } = error.text
      return [{ name, state: 'missing', text: [what, why].filter(Boolean).join(': '), remedy }]
    }
  }
}

function gitFinding(): Finding {
  const path = onPath('git')
  if (path !== undefined) return { name: 'git', state: 'present', text: path }
  return { name: 'git', state: 'absent', text: 'keeps the history of your workspace', remedy: installGit() }
}

/** The language that the lab is built in is needed; while none is chosen, one of those that the lab offers. */
async function toolchainFindings(course: Course, place: Place | undefined): Promise<Finding[]> {
  const id = (place && labInHand(place)) ?? course.labs.find(({ planned }) => !planned)?.id
  if (id === undefined) return []
  const lab = await loadLab(course, id)
  const chosen = place?.workspace.labs[id]?.track
  const tracks = await Promise.all(lab.tracks.map((track) => loadTrack(course, track.id)))
  const some = tracks.some((track) => missingFor(track).length === 0)
  return tracks.flatMap((track): Finding[] => {
    const { program, install, needs } = track.toolchain()
    const needed = chosen === undefined ? !some : chosen === track.id
    const state = needed ? 'missing' : 'absent'
    const path = onPath(program)
    if (path === undefined) return [{ name: track.title, state, text: `no ${program} on PATH`, remedy: install }]
    const others = missingFor(track).map((name): Finding => {
      const text = `no ${name} on PATH, which ${program} calls`
      return { name: track.title, state, text, ...(needs[name] !== undefined && { remedy: needs[name] }) }
    })
    return others.length > 0 ? others : [{ name: track.title, state: 'present', text: path }]
  })
}
