/**
 * The messages that the clients send and get, as TypeScript sees them. Names are those of etcd's rpc.proto and kv.proto in
 * camel case; what each field means is said there. A request lists what may be left out as optional; a response has all.
 */

/** a 64-bit integer in decimal */
export type Int64 = string

export interface Header {
  clusterId: Int64
  memberId: Int64
  revision: Int64
  raftTerm: Int64
}

interface Answer {
  /** null where a server left it out, which etcd never does */
  header: Header | null
}

export interface KeyValue {
  key: Buffer
  createRevision: Int64
  modRevision: Int64
  version: Int64
  value: Buffer
  lease: Int64
}

export interface Event {
  type: 'Put' | 'Delete'
  kv: KeyValue | null
  prevKv: KeyValue | null
}

export interface RangeRequest {
  key: Uint8Array
  rangeEnd?: Uint8Array
  limit?: Int64
  revision?: Int64
  sortOrder?: 'None' | 'Ascend' | 'Descend'
  sortTarget?: 'Key' | 'Version' | 'Create' | 'Mod' | 'Value'
  serializable?: boolean
  keysOnly?: boolean
  countOnly?: boolean
}

export interface RangeResponse extends Answer {
  kvs: KeyValue[]
  more: boolean
  count: Int64
}

export interface PutRequest {
  key: Uint8Array
  value: Uint8Array
  lease?: Int64
  prevKv?: boolean
  ignoreValue?: boolean
  ignoreLease?: boolean
}

export interface PutResponse extends Answer {
  prevKv: KeyValue | null
}

export interface DeleteRangeRequest {
  key: Uint8Array
  rangeEnd?: Uint8Array
  prevKv?: boolean
}

export interface DeleteRangeResponse extends Answer {
  deleted: Int64
  prevKvs: KeyValue[]
}

type Compared =
  | { target: 'Version'; version: Int64 }
  | { target: 'Create'; createRevision: Int64 }
  | { target: 'Mod'; modRevision: Int64 }
  | { target: 'Value'; value: Uint8Array }
  | { target: 'Lease'; lease: Int64 }

export type Compare = Compared & {
  result: 'Equal' | 'Greater' | 'Less' | 'NotEqual'
  key: Uint8Array
  rangeEnd?: Uint8Array
}

export type RequestOp =
  | { requestRange: RangeRequest }
  | { requestPut: PutRequest }
  | { requestDeleteRange: DeleteRangeRequest }
  | { requestTxn: TxnRequest }

export interface TxnRequest {
  compare?: Compare[]
  success?: RequestOp[]
  failure?: RequestOp[]
}

export interface ResponseOp {
  response: 'responseRange' | 'responsePut' | 'responseDeleteRange' | 'responseTxn'
  responseRange?: RangeResponse
  responsePut?: PutResponse
  responseDeleteRange?: DeleteRangeResponse
  responseTxn?: TxnResponse
}

export interface TxnResponse extends Answer {
  succeeded: boolean
  responses: ResponseOp[]
}

export interface CompactionRequest {
  revision: Int64
  /** answers once what is compacted has left the database */
  physical?: boolean
}

export type CompactionResponse = Answer

export interface WatchCreateRequest {
  key: Uint8Array
  rangeEnd?: Uint8Array
  startRevision?: Int64
  progressNotify?: boolean
  filters?: ('Noput' | 'Nodelete')[]
  prevKv?: boolean
  watchId?: Int64
  fragment?: boolean
}

export type WatchRequest =
  | { createRequest: WatchCreateRequest }
  | { cancelRequest: { watchId: Int64 } }
  | { progressRequest: Record<string, never> }

export interface WatchResponse extends Answer {
  watchId: Int64
  created: boolean
  canceled: boolean
  compactRevision: Int64
  cancelReason: string
  fragment: boolean
  events: Event[]
}

export interface LeaseGrantRequest {
  /** seconds */
  TTL: Int64
  ID?: Int64
}

export interface LeaseGrantResponse extends Answer {
  ID: Int64
  TTL: Int64
  error: string
}

export interface LeaseKeepAliveResponse extends Answer {
  ID: Int64
  /** seconds; 0 when the lease is gone */
  TTL: Int64
}

export interface LeaseTimeToLiveResponse extends Answer {
  ID: Int64
  /** seconds left, -1 when the lease is gone */
  TTL: Int64
  grantedTTL: Int64
  keys: Buffer[]
}

export interface LeaseLeasesResponse extends Answer {
  leases: { ID: Int64 }[]
}

export interface StatusResponse extends Answer {
  version: string
  /** bytes */
  dbSize: Int64
  dbSizeInUse: Int64
  /** 0 while there is none */
  leader: Int64
  raftIndex: Int64
  raftTerm: Int64
  raftAppliedIndex: Int64
  errors: string[]
  isLearner: boolean
}

export interface AlarmRequest {
  action: 'Get' | 'Activate' | 'Deactivate'
  memberID?: Int64
  alarm?: 'None' | 'Nospace' | 'Corrupt'
}

export interface AlarmResponse extends Answer {
  alarms: { memberID: Int64; alarm: 'None' | 'Nospace' | 'Corrupt' }[]
}

export interface HashKVResponse extends Answer {
  hash: number
  compactRevision: Int64
}

export interface MemberListResponse extends Answer {
  members: { ID: Int64; name: string; peerURLs: string[]; clientURLs: string[]; isLearner: boolean }[]
}
