/** Which targets there are, which of them this machine can use, and which of them `auto` takes. Starts nothing. */
import { Problem } from '../problem.ts'
import type { TargetName } from './connect.ts'
import { findMode, HOW } from './local.ts'
import { localLacks } from './local-lacks.ts'
import { requireVm } from './lima/require-vm.ts'
import { requireKernel } from './uml/requirements.ts'

export interface SurveyedTarget {
  name: TargetName
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
  const targets = [surveyLocal(requires), surveyUml(), surveyLima()] satisfies SurveyedTarget[]
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
    const mode = findMode(requires)
    const lacking = localLacks(requires)
    if (lacking !== undefined) throw new Problem(lacking)
    return { ...target, usable: true, why: `it runs Linux; components run ${HOW[mode]}` }
  } catch (error) {
    return refused(target, error)
  }
}

function surveyUml(): SurveyedTarget {
  const target = { name: 'uml', summary: 'a throw-away kernel on this machine' } as const
  try {
    requireKernel()
    return { ...target, usable: true, why: 'it needs neither root nor KVM; one processor, about 20 times slower' }
  } catch (error) {
    return refused(target, error)
  }
}

function surveyLima(): SurveyedTarget {
  const target = { name: 'lima', summary: 'a VM with Debian 13' } as const
  try {
    requireVm()
    return { ...target, usable: true, why: 'it was made; lab vm status tells its state' }
  } catch (error) {
    return refused(target, error)
  }
}

function refused(target: Pick<SurveyedTarget, 'name' | 'summary'>, error: unknown): SurveyedTarget {
  if (!(error instanceof Problem)) throw error
  const { what, why, remedy } = error.text
  return { ...target, usable: false, why: [what, why].filter(Boolean).join(': '), remedy }
}
