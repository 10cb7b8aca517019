/**
 * What a lock with fencing tokens guarantees, each as a pure function. That two programs never both believe that they hold
 * it is none of these: no lock service can promise that (etcd.io, "etcd versus other key-value stores", section "Notes on
 * the usage of lock and lease").
 */

/** Something that happened to a lock or to the resource behind it, in the order in which it was seen there. */
export type LockEvent =
  | { kind: 'acquired'; at: number; holder: string; token: number }
  | { kind: 'write'; at: number; holder: string; token: number; accepted: boolean }

export interface LockFinding {
  guarantee: string
  expected: string
  observed: string
  /** the two events that contradict each other, the earlier one first */
  before: LockEvent
  after: LockEvent
}

export type LockGuarantee = (events: readonly LockEvent[]) => LockFinding | undefined

/** A token belongs to one holder: nobody else acquires with it, or writes with it. */
export const oneHolder: LockGuarantee = (events) => {
  const holders = new Map<number, LockEvent>()
  for (const after of events) {
    const before = holders.get(after.token)
    if (before === undefined) holders.set(after.token, after)
    else if (before.holder !== after.holder) {
      return {
        guarantee: 'One holder per token',
        expected: `token ${after.token} belongs to one holder`,
        observed: `${before.holder} and ${after.holder} both had it`,
        before,
        after,
      }
    }
  }
  return undefined
}

/** Who acquires later has a larger token. */
export const monotone: LockGuarantee = (events) => {
  let before: LockEvent | undefined
  for (const after of events) {
    if (after.kind !== 'acquired') continue
    if (before !== undefined && after.token < before.token) {
      return {
        guarantee: 'Tokens monotone',
        expected: 'who acquires later has a larger token',
        observed: `${after.holder} acquired with token ${after.token} after ${before.holder} with ${before.token}`,
        before,
        after,
      }
    }
    before = after
  }
  return undefined
}

/** Once a write was accepted, none with a smaller token is. */
export const noStaleWrite: LockGuarantee = (events) => {
  let before: LockEvent | undefined
  for (const after of events) {
    if (after.kind !== 'write' || !after.accepted) continue
    if (before !== undefined && after.token < before.token) {
      return {
        guarantee: 'No stale write',
        expected: `once a write with token ${before.token} was accepted, none with a smaller token is`,
        observed: `a write of ${after.holder} with token ${after.token} was accepted after it`,
        before,
        after,
      }
    }
    if (before === undefined || after.token > before.token) before = after
  }
  return undefined
}

export const LOCK_GUARANTEES = { oneHolder, monotone, noStaleWrite } as const
