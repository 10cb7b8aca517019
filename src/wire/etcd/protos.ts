/**
 * etcd's protos as the package etcd3 ships them. Its enum values have names of their own (`Put`, `NotEqual`; etcd's are
 * PUT and NOT_EQUAL): the numbers are the same. Its gateway options (`google.api.http`) import nothing and are kept unread.
 */
import protobuf from 'protobufjs'
import auth from 'etcd3/proto/auth.proto'
import kv from 'etcd3/proto/kv.proto'
import rpc from 'etcd3/proto/rpc.proto'

let loaded: protobuf.Root | undefined

/** All types and services, resolved; parsed at first use. */
function root(): protobuf.Root {
  if (loaded === undefined) {
    const made = new protobuf.Root()
    for (const text of [kv, auth, rpc]) protobuf.parse(text, made)
    made.resolveAll()
    loaded = made
  }
  return loaded
}

export interface Method {
  /** `etcdserverpb.KV/Range` as gRPC names it, with a slash before */
  path: string
  request: protobuf.Type
  response: protobuf.Type
}

/** Throws when etcd has no such method: a misspelling of ours. */
export function methodOf(service: string, name: string): Method {
  const method = root().lookupService(`etcdserverpb.${service}`).methods[name]
  if (method === undefined) throw new TypeError(`etcdserverpb.${service} has no method ${name}`)
  const { resolvedRequestType, resolvedResponseType } = method
  if (resolvedRequestType === null || resolvedResponseType === null) throw new TypeError(`${name} has no types`)
  return { path: `/etcdserverpb.${service}/${name}`, request: resolvedRequestType, response: resolvedResponseType }
}
