/** A check that has an etcd. What happens to that etcd by others is an `error` with the reason, and no verdict. */
import type { Act, CheckContext } from '../check.ts'
import { EnvironmentFault } from '../outcome.ts'
import { Etcd, type EtcdOptions } from './etcd.ts'

export interface EtcdContext extends CheckContext {
  etcd: Etcd
}

/** Options, or what makes them where members have hosts of their own. */
type Options = EtcdOptions | ((context: CheckContext) => Promise<EtcdOptions>)

/**
 * The check begins when etcd answers. When a member ends that the check has not ended, it is over at once, with the
 * reason. When the check fails, the members are looked at first: a component is not judged by an etcd that was not well.
 */
export function withEtcd(act: (context: EtcdContext) => Promise<void>, options: Options = {}): Act {
  return async (context) => {
    const chosen = typeof options === 'function' ? await options(context) : options
    let lose: (fault: EnvironmentFault) => void = () => undefined
    const lost = new Promise<never>((_, reject) => (lose = reject))
    lost.catch(() => undefined)
    const etcd = await Etcd.start(context, chosen, lose)
    const acting = act({ ...context, etcd })
    // When etcd is lost first, nobody waits for this one any more.
    acting.catch(() => undefined)
    try {
      await Promise.race([acting, lost])
    } catch (error) {
      if (error instanceof EnvironmentFault) throw error
      throw (await etcd.unwell()) ?? error
    }
  }
}
