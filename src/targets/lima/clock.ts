/** The guest's clock after this machine has slept, or a snapshot was applied: it stands still meanwhile. */
import { inVm } from './ssh.ts'
import type { Seen } from './look.ts'
import type { VmPlace } from './place.ts'

/** s of difference that nobody notices: certificates and leases are coarser */
const TOLERATED = 2

/**
 * Lima's agent in the guest does it too, within ten seconds: a jump in the midst of a check. Its clock goes forward by what was
 * seen, and not to this machine's time: connecting takes seconds where the VM is emulated, and sudo one more.
 */
export async function setClock(place: VmPlace, { behind }: Pick<Seen, 'behind'>): Promise<void> {
  if (Math.abs(behind) <= TOLERATED) return
  const set = `date --set "@$(($(date +%s) + ${behind})).$(date +%N)"`
  await inVm(place, ['sudo', '-n', 'sh', '-c', set])
}

/** ms between two looks, and ms by which the two clocks of this machine may drift apart in one run: NTP slews slowly */
const LOOK = 1000
const JUMP = 5000

export interface Clocks {
  /** wall clock and a clock that no one sets, ms */
  wall(): number
  steady(): number
}

const CLOCKS: Clocks = { wall: () => Date.now(), steady: () => performance.now() }

/**
 * Calls `onJump` once, with ms, when this machine's wall clock has moved otherwise than time: the machine slept
 * (CLOCK_MONOTONIC stands still meanwhile, clock_gettime(2)), or somebody set it.
 */
export class ClockWatch implements Disposable {
  readonly #timer: NodeJS.Timeout

  constructor(onJump: (ms: number) => void, clocks: Clocks = CLOCKS) {
    const offset = clocks.wall() - clocks.steady()
    this.#timer = setInterval(() => {
      const jump = clocks.wall() - clocks.steady() - offset
      if (Math.abs(jump) < JUMP) return
      clearInterval(this.#timer)
      onJump(jump)
    }, LOOK)
    this.#timer.unref()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}
