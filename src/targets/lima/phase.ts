/** What limactl's log says while a VM starts, as what a person waits for. */

/** Undefined for messages that tell no progress. Texts are those of Lima 2. */
export function phaseOf(message: string): string | undefined {
  const [, of, total, what] =
    /Waiting for the (?:essential|optional|final) requirement (\d+) of (\d+): "?`?([^`"]+)/.exec(message) ?? []
  if (what !== undefined) return `${REQUIREMENTS[what] ?? what} (${of} of ${total})`
  if (/Attempting to download the image|Downloading the image/.test(message)) return 'the image to be there'
  if (/Converting|Resiz/.test(message)) return 'the disk to be made'
  if (/Starting (?:QEMU|VZ)|Starting the instance/.test(message)) return 'the VM to boot'
  return undefined
}

const REQUIREMENTS: Readonly<Record<string, string>> = {
  ssh: 'the VM to boot until ssh answers',
  'user session is ready for ssh': 'a session for ssh',
  'the guest agent to be running': 'Lima’s agent in the VM',
  'boot scripts must have finished': 'Lima’s own set-up of the VM to end',
}
