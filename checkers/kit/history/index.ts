/** Histories of clients, judged afterwards by pure functions. */
export { LOCK_GUARANTEES, type LockEvent, type LockFinding } from './lock.ts'
export type { ChangeOfKey, Finding, Seen, Truth, WatchView, WatchWords } from './model.ts'
export { truthOf, watchView } from './recorded.ts'
export { judgeLock, judgeWatches, reportWatch, tellLock, tellWatch } from './tell.ts'
export { WATCH_GUARANTEES } from './watch.ts'
