/** What both sides of the engine's boundary share. It imports nothing of ours. */
export * from './verdict.ts'
export * from './command.ts'
export * from './event.ts'
