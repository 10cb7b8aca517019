/** Step 6: the guard at the resource. */
import { checks } from '../../kit/index.ts'
import { moment } from '../../kit/faults/stop.ts'
import { describe, Door, REFUSED, type Answer, type Begun } from './door.ts'
import { Resource } from './resource.ts'

/** 2^53, up to which a double has every integer */
const DOUBLES_END = 2n ** 53n
/** What parsers of numbers take, and what is none from 1 to 2^63 - 1. The first ones would be greater than the token before. */
const MALFORMED = [
  ...['+11', '1_1', '1e3', '0x11', '11.0', '11x', 'eleven', '-11', '0', String(2n ** 63n), ''],
  // Two are a list, on one line or on two (RFC 9110 section 5.3).
  '11, 12',
  ['11', '12'],
]
/** ms on a fast laptop in which a guard that looks at a request, or passes it on, too early has done so */
const TOO_EARLY = 300
/** ms by the clock for which the resource does not answer: longer than what people who set a limit there take for long */
const SILENT = 4000

export const guard = checks({
  'guard/compares': async (context) => {
    const resource = await Resource.open(context)
    const door = await Door.open(context, resource)
    const answer = await door.accepts('9', 'as the first request')
    context.expect(
      answer.text === 'kept token 9' && answer.headers['x-resource'] === 'register',
      'fence guard hands back the body and the headers of the resource’s answer',
      () => `it answered ${describe(answer)}`,
    )
    const { method = '', path = '' } = resource.arrived[0] ?? {}
    const line = `${method} ${path}`
    context.expect(line === 'PUT /register', 'the resource gets PUT /register', `it got ${line}`)
    await door.accepts('9', 'when the same holder writes again')
    await door.accepts('10', 'after token 9')
    await door.refuses('9', 'after token 10')
    await door.refuses(undefined, 'after token 10')
    for (const malformed of MALFORMED) await door.refuses(malformed, 'after token 10', 400)
    await door.accepts('10', 'after requests that were refused')
    const large = String(DOUBLES_END + 1n)
    await door.accepts(large, 'after token 10')
    await door.refuses(String(DOUBLES_END), `after token ${large}`)

    const next = String(DOUBLES_END + 2n)
    resource.breakOff()
    const broken = `the resource closes the connection of a write with token ${next} without an answer`
    const write = await door.begin(next, 1)
    write.finish('x')
    const failed = `when ${broken}, its client gets an answer 5xx, or the end of its connection`
    const { status } = await door.answered(write, failed)
    const passed = `after token ${large}, a write with token ${next} is passed on`
    context.expect(resource.tokens.at(-1) === next, passed, () => `nothing came to the resource`)
    context.expect(status === 0 || (status >= 500 && status < 600), failed, `it was answered ${status}`)
    resource.answer()
    await door.refuses(large, `when ${broken}`)
  },

  'guard/order': {
    limit: 40_000,
    act: async (context) => {
      const resource = await Resource.open(context)
      const door = await Door.open(context, resource)
      await door.accepts('5', 'as the first request')
      const body = 'written by token 5'
      const slow = await door.begin('5', body.length, { body: body.slice(0, 8) })
      // A guard that looks at the token now does so unseen, and before the next request only if that gives it time.
      await moment(TOO_EARLY * context.factor(), context.signal)
      await door.accepts('6', 'while a request with token 5 has sent half of its body')
      slow.finish(body.slice(8))
      const late = 'a request with token 5 whose body ends after a write with token 6 is answered 412 and not passed on'
      const answer = await door.answered(slow, late)
      context.expect(resource.tokens.at(-1) !== '5', late, 'it was passed on to the resource')
      context.expect(answer.status === REFUSED, late, () => `fence guard answered ${describe(answer)}`)

      resource.hold()
      const seventh = await door.begin('7', 1)
      seventh.finish('x')
      await context.eventually(
        'a write with token 7 comes to the resource',
        () => resource.tokens,
        (tokens) => tokens.at(-1) === '7',
        (tokens) => `the resource has got the tokens ${tokens.join(', ')}`,
      )
      // Neither path nor method matters: what changes and what is only read stands in one line.
      const waiting: { what: string; begun: Begun }[] = []
      const wait = async (method: string, path: string, body: string): Promise<void> => {
        const begun = await door.begin('8', body.length, { method, path })
        begun.finish(body)
        waiting.push({ what: `${method} ${path}`, begun })
      }
      const overtakes = (): string | undefined => {
        const there = resource.arrived.filter(({ token }) => token === '8').map((one) => `${one.method} ${one.path}`)
        return waiting.map(({ what }) => what).find((what) => there.includes(what))
      }
      await wait('PUT', '/register', 'x')
      let ofSeventh: Answer | undefined
      void seventh.answer.then((answer) => (ofSeventh = answer))
      // Nothing that can be seen from outside says that a guard holds a request back, so these are times.
      const early = TOO_EARLY * context.factor()
      await context.timeline.waits.during('contract', moment(early, context.signal))
      await wait('PUT', '/ledger', 'x')
      await wait('GET', '/register', '')
      const dying = await door.begin('9', body.length, { body: body.slice(0, 8), path: '/broken' })
      await context.eventually(
        'while a request is with the resource, fence guard reads what there is of another one with token 9',
        () => dying.isRead(),
        (read) => read,
        () => `it has not read it; ${door.running.describe()}`,
      )
      dying.hangUp()
      const silent = Math.max(SILENT - early, early)
      await context.timeline.waits.during('contract', moment(silent, context.signal))
      const both = 'both are with the resource, which may carry them out in any order'
      const works = 'while the resource works on PUT /register with token 7'
      context.expect(
        overtakes() === undefined,
        `${works}, for ${SILENT / 1000} s, ${overtakes()} with token 8 is not passed on`,
        () =>
          `${both}; the client of token 7 ${ofSeventh === undefined ? 'waits' : `was answered ${ofSeventh.status}`}`,
      )
      seventh.hangUp()
      await moment(early, context.signal)
      context.expect(
        overtakes() === undefined,
        `${works}, whose client has gone, ${overtakes()} with token 8 is not passed on`,
        both,
      )
      resource.answer()
      const statuses: string[] = []
      for (const { what, begun } of waiting) {
        const { status } = await door.answered(begun, `${what} with token 8 is answered when the resource goes on`)
        statuses.push(`${what} ${status}`)
      }
      const died = 'of a request with token 9 whose client closes its connection in the middle of the body'
      const nothing = `${died}, nothing comes to the resource`
      const next = await door.begin('8', 1)
      next.finish('x')
      // What was taken for a whole request is in line before this one.
      const after = await door.answered(next, `${died}, nothing is left: a write with token 8 is answered`)
      const broken = resource.arrived.find(({ path }) => path === '/broken')
      context.expect(
        broken === undefined,
        nothing,
        () => `${broken?.bytes.length ?? 0} of its ${body.length} bytes came`,
      )
      context.expect(
        statuses.every((one) => one.endsWith(' 201')),
        'all requests with token 8 are answered 201 when the resource goes on',
        () => `they were answered: ${statuses.join(', ')}`,
      )
      const left = `${died}, nothing is left: a write with token 8 is answered 201`
      context.expect(after.status === 201, left, () => `fence guard answered ${describe(after)}`)
    },
  },
})
