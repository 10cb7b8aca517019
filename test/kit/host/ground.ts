/** Real hosts without an engine: the view is the machine's own root, bound in the host's mount namespace alone. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { Component } from '../../../checkers/kit/component.ts'
import { Host, type Ground } from '../../../checkers/kit/host/host.ts'
import { hostFstab } from '../../../checkers/kit/host/view.ts'
import { Timeline } from '../../../checkers/kit/timeline.ts'

/** Namespaces without a user namespace around them are for root. */
export const asRoot = process.getuid?.() === 0 ? describe : describe.skip

/** A component that is a program of the machine. */
export const program = (...argv: string[]): Component => new Component({ main: argv })

export class TestGround {
  readonly folder = mkdtempSync(join(tmpdir(), 'host-'))
  readonly timeline = new Timeline()
  readonly #hosts: Host[] = []

  /** What a host stands on; a folder of its own each time. */
  ground(changes: Partial<Ground> = {}): Ground {
    const own = mkdtempSync(join(this.folder, 'ground-'))
    const view = join(own, 'view')
    mkdirSync(view)
    return {
      view,
      // The host's own /tmp covers the view's folder, if that is there: the view is made before.
      fstab: `/ ${view} none rbind 0 0\n${hostFstab(view, [], [])}`,
      folder: join(own, 'folder'),
      cgroups: [],
      limits: [],
      environment: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8' },
      ...changes,
    }
  }

  async up(name = 'host1', changes: Partial<Ground> = {}): Promise<Host> {
    const host = await Host.up(name, this.ground(changes), this.timeline)
    this.#hosts.push(host)
    return host
  }

  /** Takes down what a test brought up. */
  async close(): Promise<void> {
    for (const host of this.#hosts.splice(0)) await host.down()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
