#!/usr/bin/env node
// Unpacks Debian 13's etcd and etcdctl, and prints the folder. They need no library but libc. Nothing is installed into the system.
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { $ } from 'zx'
import { debianArchive, RELEASE } from '../../vm/debian.mjs'
import { digestOf, kept } from '../../vm/kept.mjs'

const PACKAGES = 'etcd-server,etcd-client'
const told = $({ quiet: true, stdio: ['ignore', 2, 'inherit'] })

console.log(
  await kept('etcd', await digestOf([import.meta.filename], [RELEASE]), async (folder) => {
    const system = join(folder, 'system')
    await told`mmdebstrap --quiet --variant=extract --include=${PACKAGES} ${RELEASE} ${system} ${await debianArchive()}`
    for (const name of ['etcd', 'etcdctl']) await cp(join(system, 'usr/bin', name), join(folder, name))
    await rm(system, { recursive: true })
  }),
)
