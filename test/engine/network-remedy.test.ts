import { expect, test } from 'vitest'
import { networkRemedy, unreachable } from '../../src/engine/network-remedy.ts'

/** What tools printed in an empty network namespace, with and without name servers. */
const NO_NETWORK = [
  'go: example.test/m@v1.0.0: Get "https://proxy.golang.org/m.mod": dial tcp: lookup proxy.golang.org on 10.0.0.1:53: dial udp 10.0.0.1:53: connect: network is unreachable',
  'go: example.test/m@v1.0.0: Get "http://127.0.0.1:9/m.mod": dial tcp 127.0.0.1:9: connect: connection refused',
  'curl: (6) Could not resolve host: example.test',
  'npm error code EAI_AGAIN',
  'socket.gaierror: [Errno -3] Temporary failure in name resolution',
]
const NO_SUCH_NAME = [
  'go: example.test/m: dial tcp: lookup example.test on 10.0.0.1:53: no such host',
  'npm error code ENOTFOUND',
  'socket.gaierror: [Errno -2] Name or service not known',
]
const NOTHING_OF_IT = [
  'go: example.test/m@v1.0.0: verifying module: checksum mismatch',
  'reading m.mod: 404 Not Found',
  '',
]

test.each(NO_NETWORK)('a fetch that says %j did not reach the network', (line) => {
  expect(unreachable(`before\n${line}\nafter`)).toBe(line)
  expect(networkRemedy(line, false)).toContain('fetch: in component.yaml has the network')
})

test.each(NO_SUCH_NAME)('a fetch that says %j may be wrong itself; a build that does has no network', (line) => {
  expect(unreachable(line)).toBeUndefined()
  expect(networkRemedy(line, true)).toContain('Let fetch: in component.yaml download')
})

test.each(NOTHING_OF_IT)('%j says nothing of a network', (line) => {
  expect(unreachable(line)).toBeUndefined()
  expect(networkRemedy(line, false)).toBeUndefined()
})
