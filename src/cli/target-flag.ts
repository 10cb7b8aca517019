import { string } from '@oclif/core/flags'

/** Where components run in this one command. */
export const targetFlag = string({
  summary: 'where it runs, this time: auto, or the name of a target (lab target shows them)',
  helpValue: 'TARGET',
})
