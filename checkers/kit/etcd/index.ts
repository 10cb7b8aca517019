/** What a check of etcd's clients is written with, beside the kit's own index: labs without an etcd do not depend on it. */
export { Etcd, type EtcdOptions, type Place } from './etcd.ts'
export { Member } from './member.ts'
export type { Asked } from './metrics.ts'
export { withEtcd, type EtcdContext } from './with-etcd.ts'
