/** Reads component.yaml: how a learner's component is fetched, built and run. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { errno, fileProblem } from '../course/file-problem.ts'
import type { Finding } from '../course/schema-findings.ts'
import { EXIT, Problem } from '../problem.ts'
import type { ComponentSpec } from '../protocol/index.ts'
import type { ComponentFile } from './schema.ts'

export const COMPONENT_FILE = 'component.yaml'

export interface Component {
  /** the track that it says it is written in */
  track?: string
  spec: ComponentSpec
}

/** Throws a Problem (exit code 3) that names the line when component.yaml is absent or wrong. */
export async function readComponent(dir: string): Promise<Component> {
  const path = join(dir, COMPONENT_FILE)
  try {
    statSync(path)
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(errno(error) ?? '')) throw fileProblem(error, `Cannot read ${path}.`, path)
    throw noComponent(dir, path)
  }
  const [{ readYaml }, { ComponentFile }] = await Promise.all([import('../course/yaml.ts'), import('./schema.ts')])
  return componentOf(await readYaml(path, ComponentFile, { check: componentFindings }))
}

export function componentOf({ track, fetch, build, run }: ComponentFile): Component {
  return {
    ...(track !== undefined && { track }),
    spec: {
      ...(fetch !== undefined && { fetch: argvOf(fetch) }),
      ...(build !== undefined && { build: argvOf(build) }),
      run: Array.isArray(run) ? { main: run } : run,
    },
  }
}

function argvOf(command: string | string[]): string[] {
  return typeof command === 'string' ? ['sh', '-c', command] : command
}

function componentFindings({ run }: ComponentFile): Finding[] {
  const programs = Array.isArray(run) ? { main: run } : run
  const findings = Object.entries(programs).flatMap(([name, [program]]): Finding[] => {
    const path = Array.isArray(run) ? ['run', 0] : ['run', name, 0]
    return program === '' ? [{ path, message: 'The program to run must not be empty.' }] : []
  })
  if (!Object.hasOwn(programs, 'main')) {
    findings.push({
      path: ['run'],
      message: 'run names no program main, which is the one that is checked.',
      remedy: 'Add it, for example: main: [./init]',
    })
  }
  return findings
}

function noComponent(dir: string, path: string): Problem {
  const found = statSync(dir, { throwIfNoEntry: false })
  const file = found !== undefined && !found.isDirectory()
  return new Problem(
    {
      what: found ? `${dir} is not a component.` : `The component's folder ${dir} does not exist.`,
      where: path,
      why: file ? 'It is a file.' : `It has no ${COMPONENT_FILE}, which says how it is built and run.`,
      remedy: file
        ? `Move it away, then put the starter there with: lab start`
        : 'Bring it back (git checkout), or put back what the starter has and the folder lacks with: lab start',
    },
    EXIT.environment,
  )
}
