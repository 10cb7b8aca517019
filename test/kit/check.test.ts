import { describe, expect, it } from 'vitest'
import { checks, lab } from '../../checkers/kit/check.ts'
import { Component } from '../../checkers/kit/component.ts'
import { EnvironmentFault, ExpectationFailed, Interrupted } from '../../checkers/kit/outcome.ts'

const act = async (): Promise<void> => undefined

describe('checks', () => {
  it('gives a bare function the usual limit, beside others, and leaves what is said otherwise', () => {
    expect(checks({ a: act, b: { act, alone: true }, c: { act, limit: 5 } })).toEqual({
      a: { act, alone: false, limit: 20_000, varies: [] },
      b: { act, alone: true, limit: 20_000, varies: [] },
      c: { act, alone: false, limit: 5, varies: [] },
    })
  })
})

describe('lab', () => {
  it('joins the checks of its steps', () => {
    const one = checks({ a: act })
    const two = checks({ b: act })
    const whole = { requires: ['root'], programs: { p: 'text' }, steps: [one, two] }
    expect(lab(whole)).toEqual({ requires: ['root'], programs: { p: 'text' }, checks: { ...one, ...two } })
    expect(lab({ requires: [], steps: [] }).programs).toEqual({})
  })
})

describe('Component', () => {
  const component = new Component({ main: ['python3', '-u', './main.py'], other: ['./b', 'x./y'] })
  it.each([
    ['main', ['python3', '-u', '/component/main.py', '--', './arg']],
    ['other', ['/component/b', 'x./y', '--', './arg']],
    ['unknown', ['python3', '-u', '/component/main.py', '--', './arg']],
  ])('starts %s from where it lies in a host, and leaves arguments alone', (name, argv) => {
    expect(component.argv(name, ['--', './arg'])).toEqual(argv)
  })
  it('has no words of its own where nothing is to be run', () => {
    expect(new Component({}).argv('main', ['a'])).toEqual(['a'])
  })
})

describe('how a check ends early', () => {
  it('is told apart by name, since each bundle has classes of its own', () => {
    expect([new ExpectationFailed('a', 'b').name, new Interrupted().name]).toEqual(['ExpectationFailed', 'Interrupted'])
    const fault = new EnvironmentFault('no ip', { why: 'because', remedy: 'install it' })
    expect([fault.name, fault.message]).toEqual(['EnvironmentFault', 'no ip'])
    expect(fault.fault).toEqual({ cause: 'environment', what: 'no ip', why: 'because', remedy: 'install it' })
    expect(new EnvironmentFault('x').fault).toEqual({ cause: 'environment', what: 'x' })
  })
  it('says in one line what was expected and what was observed', () => {
    expect(new ExpectationFailed('it exits 7', 'it exited 0').message).toBe('expected it exits 7; observed it exited 0')
  })
})
