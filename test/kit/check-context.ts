/** What a check is given, without an engine: real hosts, and an undo that a test runs itself. */
import type { CheckContext } from '../../checkers/kit/check.ts'
import { judge } from '../../checkers/kit/judge.ts'
import { Random } from '../../checkers/kit/random.ts'
import { program, type TestGround } from './host/ground.ts'

/** Tests run beside others: what is slow on a laptop is slower here. */
const FACTOR = 3

export interface TestContext extends CheckContext {
  /** runs what was deferred, last first */
  tearDown: () => Promise<void>
  /** ends the check's waits */
  abort: () => void
}

export async function checkContext(ground: TestGround, offers: readonly string[] = []): Promise<TestContext> {
  const undo: (() => void | Promise<void>)[] = []
  const abort = new AbortController()
  const { timeline } = ground
  let hosts = 1
  return {
    ...judge({ factor: () => FACTOR, onWaiting: () => undefined, signal: abort.signal, timeline }),
    host: await ground.up('host1'),
    anotherHost: () => ground.up(`host${(hosts += 1)}`),
    component: program('true'),
    random: new Random('test', 'check'),
    offers,
    timeline,
    signal: abort.signal,
    defer: (step) => undo.push(step),
    remark: () => undefined,
    tearDown: async () => {
      for (const step of undo.splice(0).reverse()) await step()
    },
    abort: () => abort.abort(),
  }
}
