// Debian's archive, as this machine's apt reaches it: what the VM is made of comes from there.
import { $ } from 'zx'

/** The release of the VM. */
export const RELEASE = 'trixie'

/**
 * URI of an archive that has all of Debian's releases: LAB_DEBIAN_ARCHIVE, else the first that this machine's apt names
 * (apt-get(8), indextargets). Throws where there is none: on another distribution, or before the first apt-get update.
 */
export async function debianArchive(environment = process.env) {
  const given = environment.LAB_DEBIAN_ARCHIVE
  if (given) return given
  const wanted = ['Created-By: Packages', 'Origin: Debian', 'Label: Debian']
  const { stdout } = await $({ quiet: true, nothrow: true })`apt-get indextargets --format ${'$(REPO_URI)'} ${wanted}`
  const [uri = ''] = stdout.split('\n')
  if (uri !== '') return uri.replace(/\/$/, '')
  throw new Error(
    'this machine’s apt names no archive of Debian: run apt-get update on a Debian machine, or set LAB_DEBIAN_ARCHIVE to the URI of one',
  )
}
