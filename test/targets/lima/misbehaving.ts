/** Programs that misbehave on purpose, first on PATH; and an ordinary user's number, for Lima refuses root. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'

export class Misbehaving implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'lima-test-'))
  readonly bin = join(this.folder, 'bin')
  readonly #path = process.env['PATH']
  readonly #home = process.env['LIMA_HOME']

  /** `alone`: nothing else is on PATH but what a shell program needs. */
  constructor(programs: Record<string, string>, { uid = 1000, alone = true } = {}) {
    mkdirSync(this.bin)
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(join(this.bin, name), `#!/bin/sh\n${text}\n`)
      chmodSync(join(this.bin, name), 0o755)
    }
    process.env['PATH'] = alone ? this.bin : `${this.bin}:${this.#path ?? ''}`
    process.env['LIMA_HOME'] = join(this.folder, 'lima')
    vi.spyOn(process, 'getuid').mockReturnValue(uid)
  }

  /** A VM was made, as far as its files tell. */
  make(): void {
    const dir = join(this.folder, 'lima', 'drydock')
    mkdirSync(dir, { recursive: true })
    writeFileSync(join(dir, 'lima.yaml'), '')
    writeFileSync(join(dir, 'ssh.config'), '')
  }

  [Symbol.dispose](): void {
    vi.restoreAllMocks()
    process.env['PATH'] = this.#path
    if (this.#home === undefined) delete process.env['LIMA_HOME']
    else process.env['LIMA_HOME'] = this.#home
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A limactl that knows one VM in that state. */
export const limactlWith = (status: string): string =>
  `case "$*" in
*--version*) echo limactl version 2.2.0 ;;
*list*) echo '{"name":"drydock","status":"${status}","dir":"/nonexistent","vmType":"qemu"}' ;;
esac`
