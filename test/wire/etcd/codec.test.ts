/** What protobufjs would drop or change without a word is refused; what comes is whole. */
import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../../src/wire/etcd/codec.ts'
import { methodOf } from '../../../src/wire/etcd/protos.ts'

const key = Buffer.from('k')
const txn = methodOf('KV', 'Txn').request
const range = methodOf('KV', 'Range').request
const watch = methodOf('Watch', 'Watch').request

describe('encode', () => {
  it('keeps 64 bits: nothing goes through a double', () => {
    for (const revision of ['9007199254740993', '9223372036854775807', '-9223372036854775808', '-1', '0']) {
      expect(decode(range, encode(range, { key, revision }))).toMatchObject({ revision })
    }
    const { request } = methodOf('Maintenance', 'MoveLeader')
    expect(decode(request, encode(request, { targetID: '18446744073709551615' }))).toEqual({
      targetID: '18446744073709551615',
    })
  })

  it('writes what etcd’s rpc.proto says, field by field', () => {
    // key = 1 (bytes), range_end = 2 (bytes), limit = 3, sort_order = 5 (DESCEND 2), serializable = 7
    const message = { key, rangeEnd: Buffer.from('l'), limit: '300', sortOrder: 'Descend', serializable: true }
    expect(encode(range, message).toString('hex')).toBe('0a016b12016c18ac0228023801')
  })

  it.each([
    ['a name that is no field', { key, rangeend: key }, 'RangeRequest has no field rangeend'],
    ['an enum name that is none', { key, sortOrder: 'DESCEND' }, 'RangeRequest.sortOrder is DESCEND, which is none of'],
    ['an enum as a number', { key, sortOrder: 2 }, 'RangeRequest.sortOrder is 2, which is none of'],
    ['text for bytes', { key: 'aaaa' }, 'RangeRequest.key is no bytes: "aaaa"'],
    ['a number for 64 bits', { key, limit: 3 }, 'RangeRequest.limit is no int64: 3'],
    ['no number', { key, limit: 'x' }, 'RangeRequest.limit is no int64: "x"'],
    ['more than 64 bits', { key, limit: '9223372036854775808' }, 'RangeRequest.limit is no int64'],
    ['text for a bool', { key, serializable: 'no' }, 'RangeRequest.serializable is no bool: "no"'],
  ])('refuses %s', (_, message, text) => {
    expect(() => encode(range, message)).toThrow(text)
  })

  it('refuses the same deep inside, and names the place', () => {
    const bad = { success: [{ requestPut: { key, value: key } }, { requestPut: { key, valu: key } }] }
    expect(() => encode(txn, bad)).toThrow('TxnRequest.success[1].requestPut has no field valu')
    expect(() => encode(txn, { success: { requestPut: {} } })).toThrow('TxnRequest.success is no list')
    expect(() => encode(txn, { success: ['x'] })).toThrow('TxnRequest.success[0] is no RequestOp')
  })

  it('refuses two of a oneof: only one of them would arrive', () => {
    const both = { createRequest: { key }, progressRequest: {} }
    expect(() => encode(watch, both)).toThrow('WatchRequest has createRequest and progressRequest, of which one may be')
    expect(() => encode(watch, { createRequest: { key }, progressRequest: undefined })).not.toThrow()
  })
})

describe('decode', () => {
  it('gives what is absent its default, and null for a message', () => {
    const { response } = methodOf('KV', 'Put')
    expect(decode(response, Buffer.alloc(0))).toEqual({ header: null, prevKv: null })
    const answer = methodOf('KV', 'Range').response
    expect(decode(answer, Buffer.alloc(0))).toEqual({ header: null, kvs: [], more: false, count: '0' })
  })

  it('throws on bytes that are no message', () => {
    expect(() => decode(range, Buffer.from('0aff', 'hex'))).toThrow()
  })
})

it('knows no method that etcd does not have', () => {
  expect(() => methodOf('KV', 'Get')).toThrow('etcdserverpb.KV has no method Get')
})
