import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as tick } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { thisProcess } from '../../src/workspace/holder.ts'
import { acquireLock, withLock } from '../../src/workspace/lock.ts'
import { STALE } from '../../src/workspace/lock-files.ts'
import { caught } from '../course/caught.ts'
import { tempFolder } from '../course/sample.ts'

const SOON = { deadlineMs: 60 }

describe('acquireLock', () => {
  test('makes its folder, keeps others out, lets them in', async () => {
    using folder = tempFolder()
    const path = join(folder.path, 'locks/l')
    const first = await acquireLock(path)
    const { text } = await caught(() => acquireLock(path, SOON))
    expect(text.what).toBe(`The workspace is in use by process ${String(process.pid)}.`)
    expect(text.why).toBe('It did not give up the lock within 0.06 s.')
    expect(text.remedy).toContain(`ps -p ${String(process.pid)}`)
    await first.release()
    await first.release()
    await (await acquireLock(path, SOON)).release()
  })

  test('the highest number is never removed, lower ones are, but for one', async () => {
    using folder = tempFolder()
    const path = join(folder.path, 'l')
    for (let i = 0; i < 5; i++) await withLock(path, () => undefined)
    expect(readdirSync(folder.path).sort()).toEqual(['l.lock.4', 'l.lock.5'])
    expect(readFileSync(`${path}.lock.5`, 'utf8')).toBe('released')
  })

  test('one at a time, whatever the number that want it', async () => {
    using folder = tempFolder()
    let inside = 0
    let most = 0
    let done = 0
    const work = async () => {
      most = Math.max(most, ++inside)
      await tick()
      inside--
      done++
    }
    await Promise.all(Array.from({ length: 30 }, () => withLock(join(folder.path, 'l'), work)))
    expect([most, done]).toEqual([1, 30])
  })

  test('is released when the work fails', async () => {
    using folder = tempFolder()
    const path = join(folder.path, 'l')
    await expect(withLock(path, () => Promise.reject(new Error('x')))).rejects.toThrow('x')
    await withLock(path, () => undefined, SOON)
  })

  test('waiting can be aborted', async () => {
    using folder = tempFolder()
    const path = join(folder.path, 'l')
    await using _held = await acquireLock(path)
    const reason = new Error('enough')
    const abort = new AbortController()
    const waiting = acquireLock(path, { signal: abort.signal })
    abort.abort(reason)
    await expect(waiting).rejects.toBe(reason)
  })

  const me = thisProcess('other')
  const old = STALE + 5_000
  test.each([
    ['a dead process', { ...me, pid: 2 ** 22 + 1 }, 0, true],
    ['a process that has its pid now', { ...me, start: me.start + 1_000_000 }, 0, true],
    ['a live process, however long', me, old, false],
    ['another pid namespace, lately', { ...me, pidns: 'pid:[1]' }, 0, false],
    ['another pid namespace, long ago', { ...me, pidns: 'pid:[1]' }, old, true],
    ['another pid namespace, in the future (the clock was set back)', { ...me, pidns: 'pid:[1]' }, -old, true],
    ['another machine, lately', { ...me, boot: 'b', host: 'elsewhere' }, 0, false],
    ['nobody that it can be read of, lately', '', 0, false],
    ['nobody that it can be read of, long ago', '\0\0\0', old, true],
    ['nobody', 'released', 0, true],
  ])('a file of %s', async (_, content, ageMs, free) => {
    using folder = tempFolder()
    const path = join(folder.path, 'l')
    writeFileSync(`${path}.lock.7`, typeof content === 'string' ? content : JSON.stringify(content))
    const at = new Date(Date.now() - ageMs)
    utimesSync(`${path}.lock.7`, at, at)
    if (free) {
      await using _lock = await acquireLock(path, SOON)
      expect(existsSync(`${path}.lock.8`)).toBe(true)
    } else {
      const { text } = await caught(() => acquireLock(path, SOON))
      expect(text.what).toMatch(/^The workspace is in use by /)
      expect(existsSync(`${path}.lock.8`)).toBe(false)
    }
  })

  test('lower files mean nothing, whoever left them', async () => {
    using folder = tempFolder()
    const path = join(folder.path, 'l')
    writeFileSync(`${path}.lock.3`, JSON.stringify(me))
    writeFileSync(`${path}.lock.9`, 'released')
    for (const name of ['l.lock.x', 'l.lock.010', 'l.lock.99999999999999999999', 'll.lock.20'])
      writeFileSync(join(folder.path, name), JSON.stringify(me))
    await using _lock = await acquireLock(path, SOON)
    expect(existsSync(`${path}.lock.10`)).toBe(true)
    expect(existsSync(`${path}.lock.3`)).toBe(false)
  })

  test('removes what killed processes had set aside, once it is old', async () => {
    using folder = tempFolder()
    const path = join(folder.path, 'l')
    for (const name of ['young', 'old']) writeFileSync(`${path}.aside.${name}`, '')
    const at = new Date(Date.now() - old)
    utimesSync(`${path}.aside.old`, at, at)
    await withLock(path, () => undefined)
    expect(readdirSync(folder.path).filter((name) => name.includes('aside'))).toEqual(['l.aside.young'])
  })

  test('says why the folder cannot be used', async () => {
    using folder = tempFolder()
    writeFileSync(join(folder.path, 'file'), '')
    expect((await caught(() => acquireLock(join(folder.path, 'file/l')))).text.what).toBe('Cannot lock the workspace.')
  })

  test.skipIf(process.getuid?.() === 0)('says that the folder is read-only', async () => {
    using folder = tempFolder()
    mkdirSync(join(folder.path, 'ro'))
    chmodSync(join(folder.path, 'ro'), 0o500)
    expect((await caught(() => acquireLock(join(folder.path, 'ro/l')))).text.why).toBe('You have no permission.')
    chmodSync(join(folder.path, 'ro'), 0o700)
  })
})
