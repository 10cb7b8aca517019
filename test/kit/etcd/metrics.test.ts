import { expect, test } from 'vitest'
import { parseAsked } from '../../../checkers/kit/etcd/metrics.ts'

const PAGE = `# HELP grpc_server_started_total Total number of RPCs started on the server.
# TYPE grpc_server_started_total counter
grpc_server_started_total{grpc_method="Range",grpc_service="etcdserverpb.KV",grpc_type="unary"} 32
grpc_server_started_total{grpc_method="Watch",grpc_service="etcdserverpb.Watch",grpc_type="bidi_stream"} 2
grpc_server_started_total{grpc_method="Watch",grpc_service="grpc.health.v1.Health",grpc_type="server_stream"} 1
grpc_server_msg_received_total{grpc_method="LeaseKeepAlive",grpc_service="etcdserverpb.Lease",grpc_type="bidi_stream"} 1.2e+06
grpc_server_msg_sent_total{grpc_method="Watch",grpc_service="etcdserverpb.Watch",grpc_type="bidi_stream"} 4
grpc_server_handled_total{grpc_code="OK",grpc_method="Range",grpc_service="etcdserverpb.KV",grpc_type="unary"} 31
etcd_debugging_mvcc_watcher_total 2
`

test('counters are read by method, of all services together', () => {
  const { started, received, sent } = parseAsked(PAGE)
  expect([...started]).toEqual([
    ['Range', 32],
    ['Watch', 3],
  ])
  expect([...received]).toEqual([['LeaseKeepAlive', 1_200_000]])
  expect([...sent]).toEqual([['Watch', 4]])
})

test('a page without such counters says that nothing was asked', () => {
  expect(parseAsked('etcd_debugging_mvcc_watcher_total 2\n').started.size).toBe(0)
})
