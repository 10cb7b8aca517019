/** Which targets there are, which of them this machine can use, and which of them `auto` takes. Starts nothing. */
import { Problem } from '../problem.ts'
import { type TARGETS } from './connect.ts'
import { findMode, HOW } from './local.ts'

export interface SurveyedTarget {
  name: (typeof TARGETS)[number]
  /** what it is */
  summary: string
  usable: boolean
  /** why it can or can't be used here */
  why: string
  remedy?: string | undefined
}

export interface Survey {
  /** in the order in which `auto` tries them */
  targets: SurveyedTarget[]
  /** what `auto` takes, or undefined when none can be used */
  auto: SurveyedTarget['name'] | undefined
}

/** `requires`: what labs ask of a target, for example `namespaces`. */
export function surveyTargets(requires: string[]): Survey {
  const targets = [surveyLocal(requires)] satisfies SurveyedTarget[]
  return { targets, auto: targets.find(({ usable }) => usable)?.name }
}

function surveyLocal(requires: string[]): SurveyedTarget {
  const target = { name: 'local', summary: 'this machine' } as const
  if (process.platform !== 'linux') {
    const remedy = 'run lab on a Linux machine, in WSL2 or in a Linux VM'
    return {
      ...target,
      usable: false,
      why: `components run on Linux, and this machine runs ${process.platform}`,
      remedy,
    }
  }
  try {
    return { ...target, usable: true, why: `it runs Linux; components run ${HOW[findMode(requires)]}` }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { what, why, remedy } = error.text
    return { ...target, usable: false, why: [what, why].filter(Boolean).join(': '), remedy }
  }
}
