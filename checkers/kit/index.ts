/** What a check is written with. */
export { checks, lab, type CheckContext, type LabCheckers } from './check.ts'
export { moveClock } from './faults/clock.ts'
export { lowestPriority } from './faults/lowest-priority.ts'
export { CTRL_C } from './host/terminal.ts'
export { describeExit, sendSignal, stateWord, type Exit, type Init, type Running } from './host/running.ts'
export { childrenOf, pidInside, signalSetsOf, statOf, threadStates } from './procfs.ts'
