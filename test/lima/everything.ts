/** Every solution, real tool and wrong solution of the labs that are proved: what --full grades in the VM, and writes into their proofs. */
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { provedLabs } from '../labs.ts'
import { said } from './inside.ts'
import { lab, typed, vm } from './user.ts'

/**
 * ms. In an emulated VM etcd/mirror took 1 h 46 min; the checks of etcd/fence take three times as long, on twice as many components. What
 * hangs is found by `lab` itself: this ends a run that goes on for no reason known.
 */
const LONG = 12 * 3_600_000
/** Trials at once: the VM has as many processors. */
const AT_ONCE = '2'

const CERTIFICATES = process.env['SSL_CERT_FILE'] ?? '/etc/ssl/certs/ca-certificates.crt'

/** A real tool's modules are fetched in the VM, and perhaps through a proxy whose certificate this machine alone was told to trust. */
async function trustTheSame(): Promise<void> {
  if (!existsSync(CERTIFICATES)) return
  const script = 'cat >/usr/local/share/ca-certificates/outside.crt && update-ca-certificates'
  const end = await typed(readFileSync(CERTIFICATES, 'utf8'), 'vm', 'shell', '--', 'sudo', 'sh', '-c', script)
  expect(end.code, said(end)).toBe(0)
}

export function gradeEverything(): void {
  describe.each(provedLabs())('%s, everything', (labId) => {
    it(
      'has the verdicts of its proof',
      async () => {
        await trustTheSame()
        const argv = ['author', 'verify', labId, '--target', 'lima', '--only', 'truth', '--jobs', AT_ONCE]
        const end = await lab(...argv)
        console.log(`${labId}, everything: ${Math.round(end.ms / 1000)} s\n${said(end)}`)
        expect(end.code, said(end)).toBe(0)
        for (const path of [`labs/${labId}/proof.json`, 'docs/trust.md']) copyFileSync(join(vm.home, 'lab', path), path)
        expect(JSON.parse(readFileSync(`labs/${labId}/proof.json`, 'utf8'))).toHaveProperty('elsewhere.lima')
      },
      LONG,
    )
  })
}
