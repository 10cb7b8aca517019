/** Step 6: what a guard passes on, and back, is what it got. */
import { checks, type CheckContext } from '../../kit/index.ts'
import { describe, Door, type Writing } from './door.ts'
import { Resource } from './resource.ts'

interface Passed extends Writing {
  /** for the text of a failure */
  what: string
  chunked?: boolean
  /** of the answer, whose body is the request's */
  status?: number
  location?: string
}

const TOKEN = '5'
/** end-to-end headers: RFC 9110 section 7.6.1 */
const OF_REQUEST = { 'if-match': '"seventeen"' }
const OF_ANSWER = { etag: '"eighteen"' }
/** no text in UTF-8 */
const BYTES = Buffer.from('fffe00c328', 'hex')
const KIB = 2 ** 10
/** a body below 1 MiB: each byte there is, over and over */
const LARGE = 900

const REQUESTS: Passed[] = [
  // RFC 9110 section 7.7: a proxy does not modify path and query
  { what: 'a request for /a/../b?x=1&y=%2F', method: 'GET', path: '/a/../b?x=1&y=%2F' },
  { what: 'a body that is no text', body: BYTES },
  { what: 'a chunked body', method: 'POST', body: 'in two chunks', chunked: true },
  {
    what: `a body of ${LARGE} KiB`,
    body: Buffer.alloc(LARGE * KIB, Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))),
  },
  { what: 'DELETE, answered 404', method: 'DELETE', status: 404 },
  { what: 'PATCH, answered 500', method: 'PATCH', body: 'x', status: 500 },
  { what: 'HEAD', method: 'HEAD' },
  { what: 'POST, answered 302', method: 'POST', body: 'x', status: 302, location: '/elsewhere' },
]

const bytesOf = (body: Buffer): string =>
  body.length === 0 ? 'no byte' : `${body.length} bytes (${body.subarray(0, 8).toString('hex')}…)`

async function passesOn(context: CheckContext, door: Door, resource: Resource, one: Passed): Promise<void> {
  const { what, chunked = false, status = 200, location, method = 'PUT', path = '/register' } = one
  const body = Buffer.from(one.body ?? '')
  const moved = location === undefined ? {} : { location }
  resource.replies(({ bytes, path: asked }) => ({
    status: asked === location ? 200 : status,
    headers: { ...OF_ANSWER, ...moved, 'content-length': String(bytes.length) },
    body: bytes,
  }))
  const before = resource.arrived.length
  const begun = await door.begin(TOKEN, chunked ? 'chunked' : body.length, {
    method,
    path,
    headers: OF_REQUEST,
    body: chunked ? body.subarray(0, 3) : '',
  })
  begun.finish(chunked ? body.subarray(3) : body)
  const answer = await door.answered(begun, `${what}: fence guard passes it on, and the answer back`)
  const came = resource.arrived.slice(before)
  const got = came[0]
  context.expect(
    got?.method === method && got.path === path && came.length === 1,
    `${what}: the resource gets one request, ${method} ${path}`,
    () =>
      came.length === 0
        ? `nothing came; fence guard answered ${describe(answer)}`
        : `it got ${came.map((each) => `${each.method} ${each.path}`).join(', then ')}`,
  )
  if (got === undefined) return
  const equals = (name: string, of: Readonly<Record<string, unknown>>, text: string | undefined, whose: string): void =>
    context.expect(of[name] === text, `${what}: ${whose} header ${name} is passed on`, () =>
      of[name] === undefined ? 'it is not there' : `it is ${JSON.stringify(of[name])}`,
    )
  const same = (bytes: Buffer, expected: string): void =>
    context.expect(bytes.equals(body), `${what}: ${expected}`, () => `${bytesOf(bytes)} came, of ${bytesOf(body)}`)

  same(got.bytes, 'the resource gets the body, byte for byte')
  equals('if-match', got.headers, OF_REQUEST['if-match'], 'the request’s')
  context.expect(
    answer.status === status,
    `${what}: the client is answered ${status}, as the resource has answered`,
    () => `it was answered ${answer.status === 0 ? `nothing (${answer.text})` : answer.status}`,
  )
  equals('etag', answer.headers, OF_ANSWER.etag, 'the answer’s')
  equals('location', answer.headers, location, 'the answer’s')
  if (method !== 'HEAD') same(answer.bytes, 'the client gets the answer’s body, byte for byte')
}

export const passes = checks({
  'guard/passes': async (context) => {
    const resource = await Resource.open(context)
    const door = await Door.open(context, resource)
    for (const request of REQUESTS) await passesOn(context, door, resource, request)
  },
})
