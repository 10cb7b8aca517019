/** Histories of clients, judged afterwards by pure functions. */
export { LOCK_GUARANTEES, type LockEvent, type LockFinding } from './lock.ts'
export type { ChangeOfKey, Finding, Seen, Truth, WatchView } from './model.ts'
export { truthOf, watchView } from './recorded.ts'
export { judgeLock, judgeWatches, tellLock, tellWatch } from './tell.ts'
export { WATCH_GUARANTEES } from './watch.ts'
