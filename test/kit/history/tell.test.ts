/** A failure names the key, the revision, what was seen before and after, and the fault in between. */
import { expect, it } from 'vitest'
import { judgeLock, judgeWatches, type ChangeOfKey, type Seen } from '../../../checkers/kit/history/index.ts'
import { ExpectationFailed } from '../../../checkers/kit/outcome.ts'
import { Timeline } from '../../../checkers/kit/timeline.ts'

const change = (key: string, revision: number): ChangeOfKey => ({ type: 'put', key, revision })
const event = (at: number, key: string, revision: number): Seen => ({ kind: 'event', at, ...change(key, revision) })

function failure(act: () => void): ExpectationFailed {
  try {
    act()
  } catch (error) {
    if (error instanceof ExpectationFailed) return error
    throw error
  }
  throw new Error('it did not fail')
}

const timeline = {
  entries: () => [
    { at: 5, kind: 'fault', text: 'kills nobody yet' },
    { at: 15, kind: 'start', text: 'etcd' },
    { at: 20, kind: 'fault', text: 'kills etcd (SIGKILL)' },
    { at: 40, kind: 'fault', text: 'too late' },
  ],
} as unknown as Timeline

it('of an event that never came', () => {
  const seen = [event(10, 'k/a', 2), event(30, 'k/a', 4)]
  const truth = [change('k/a', 2), change('k/b', 3), change('k/a', 4)]
  const view = { client: 'the mirror', prefix: 'k/', open: true, seen }
  const { expected, observed } = failure(() => judgeWatches({ timeline }, [view], truth))
  expect(expected).toBe('nothing between revisions 2 and 4 is left out (Reliable)')
  expect(observed.split('\n')).toEqual([
    'put k/b at revision 3 never came',
    '   10 ms  the mirror saw put k/a at revision 2',
    '   20 ms  fault: kills etcd (SIGKILL)',
    '          the mirror did not see put k/b at revision 3',
    '   30 ms  the mirror saw put k/a at revision 4',
  ])
})

it('of an event that came twice', () => {
  const seen = [event(10, 'k/a', 2), event(30, 'k/a', 2)]
  const view = { client: 'the mirror', prefix: 'k/', open: true, seen }
  const { observed } = failure(() => judgeWatches({ timeline }, [view], [change('k/a', 2)]))
  expect(observed.split('\n')).toEqual([
    'put k/a at revision 2 came again',
    '   10 ms  the mirror saw put k/a at revision 2',
    '   20 ms  fault: kills etcd (SIGKILL)',
    '   30 ms  the mirror saw put k/a at revision 2',
  ])
})

it('of a write that was accepted too late', () => {
  const write = (at: number, holder: string, token: number) =>
    ({ kind: 'write', at, holder, token, accepted: true }) as const
  const { expected, observed } = failure(() => judgeLock({ timeline }, [write(10, 'two', 7), write(30, 'one', 4)]))
  expect(expected).toMatch(/\(No stale write\)$/)
  expect(observed.split('\n').slice(1)).toEqual([
    '   10 ms  the resource accepted a write of two with token 7',
    '   20 ms  fault: kills etcd (SIGKILL)',
    '   30 ms  the resource accepted a write of one with token 4',
  ])
})

it('says nothing of what holds', () => {
  const view = { client: 'the mirror', prefix: 'k/', open: true, seen: [event(10, 'k/a', 2)] }
  judgeWatches({ timeline: new Timeline() }, [view], [change('k/a', 2)])
  judgeLock({ timeline: new Timeline() }, [])
})

it('of a program that tells changes on, in words of its own', () => {
  const seen: Seen[] = [event(10, 'k/a', 2), { kind: 'progress', at: 30, revision: 3 }]
  const words = { saw: 'told', missed: 'did not tell', progress: 'sync' }
  const view = { client: 'mirror', prefix: 'k/', from: 2, open: true, seen, words }
  const { expected, observed } = failure(() => judgeWatches({ timeline }, [view], [change('k/a', 2), change('k/b', 3)]))
  expect(expected).toBe('before sync of revision 3 everything up to there has come (Bookmarkable)')
  expect(observed.split('\n')).toEqual([
    'put k/b at revision 3 had not come',
    '   10 ms  mirror told put k/a at revision 2',
    '   20 ms  fault: kills etcd (SIGKILL)',
    '          mirror did not tell put k/b at revision 3',
    '   30 ms  mirror told sync of revision 3',
  ])
})
