/** Loads a track: a language with its starter template and toolchain. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { EXIT, Problem } from '../problem.ts'
import { cached } from './cache.ts'
import { cachePathOf, type CacheOptions } from './cache-place.ts'
import { trackDir } from './layout.ts'
import { installLine, thisMachine, type Machine } from '../packages.ts'
import type { Course, Track } from './model.ts'
import { nearest } from './nearest.ts'
import type { Install, TrackFile } from './schema.ts'

/** Throws a Problem: wrong usage when there is no such track, exit code 3 when its track.yaml is wrong. */
export async function loadTrack(course: Pick<Course, 'root'>, id: string, options: CacheOptions = {}): Promise<Track> {
  const known = trackIds(course.root)
  if (!known.includes(id)) throw unknownTrack(id, known)
  const path = join(trackDir(course.root, id), 'track.yaml')
  const file = await cached<TrackFile>(path, cachePathOf(course.root, `track ${id}`, options), async () => {
    const [{ readYaml }, { TrackFile }] = await Promise.all([import('./yaml.ts'), import('./schema.ts')])
    return readYaml(path, TrackFile)
  })
  const { title, program, locate, paths, brought, env, downloads, install, needs, megabytes } = file
  return {
    id,
    title,
    program,
    brought,
    install,
    needs,
    megabytes,
    template: join(trackDir(course.root, id), 'template'),
    toolchain: (machine = thisMachine()) => ({
      id,
      program,
      locate,
      paths,
      brought,
      env,
      downloads,
      install: installsLine([install], machine),
      needs: Object.fromEntries(Object.entries(needs).map(([name, one]) => [name, installsLine([one], machine)])),
    }),
  }
}

/** One line for a person that installs all of it on this machine. */
export function installsLine(installs: readonly Install[], machine: Machine = thisMachine()): string {
  const { manager } = machine
  const packaged = manager !== undefined && installs.every((install) => install[manager] !== undefined)
  const otherwise = installs.map(({ other }) => other).join('; ')
  return packaged ? installLine(installs, otherwise, machine) : otherwise
}

/** The tracks that the course has, in the order of the alphabet. */
export function trackIds(root: string): string[] {
  const tracks = join(root, 'labs', 'tracks')
  if (!existsSync(tracks)) return []
  return readdirSync(tracks)
    .filter((name) => existsSync(join(tracks, name, 'track.yaml')))
    .sort()
}

function unknownTrack(id: string, known: readonly string[]): Problem {
  const meant = nearest(id, known)
  return new Problem(
    {
      what: `There is no track ${id}.`,
      why: meant ? `Did you mean ${meant}?` : `The course has ${known.length > 0 ? known.join(', ') : 'none'}.`,
      remedy: 'Choose one with: lab start --track NAME',
    },
    EXIT.usage,
  )
}
