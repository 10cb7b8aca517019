/** A fault that moves the wall clock of the whole target: only where that is a machine of its own, which offers `clock`. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { CheckContext } from '../check.ts'
import { duration } from '../judge.ts'
import { EnvironmentFault } from '../outcome.ts'

const call = promisify(execFile)

/** ms by which the clock may be elsewhere than it was set to: starting date(1) takes that long on a slow machine */
const NEAR = 2000

/**
 * Moves the wall clock by so many ms, forward or back (negative); the monotonic clocks go on as before (clock_settime(2)).
 * The check's end moves it to where it would be by then. Throws EnvironmentFault where the target does not offer that,
 * before anything is moved, and when it did not take effect.
 */
export async function moveClock(
  { offers, defer, timeline }: Pick<CheckContext, 'offers' | 'defer' | 'timeline'>,
  by: number,
): Promise<void> {
  if (!offers.includes('clock')) {
    throw new EnvironmentFault('the clock of this target may not be moved', {
      why: 'it is the clock of everything that runs on the machine',
      remedy: 'lab target uml',
    })
  }
  const [wall, monotonic] = [Date.now(), performance.now()]
  const unmoved = (): number => wall + (performance.now() - monotonic)
  defer(() => setClock(unmoved))
  timeline.note('fault', `moves the clock ${by < 0 ? 'back' : 'forward'} by ${duration(Math.abs(by))}`)
  await setClock(() => unmoved() + by)
}

async function setClock(to: () => number): Promise<void> {
  await call('date', ['--set', `@${(to() / 1000).toFixed(3)}`])
  const off = Math.abs(Date.now() - to())
  if (off > NEAR) throw new EnvironmentFault(`the clock was set, and is ${duration(off)} from where it was set to`)
}
