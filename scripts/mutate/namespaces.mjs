// Namespaces around code that is broken on purpose: what it leaves ends with them, and no process of others is in reach.

/** argv that runs a command as a low-priority process tree of its own. Without root it is root in a user namespace. */
export const inNamespaces = (command) => [
  'nice',
  '-n',
  '15',
  'unshare',
  ...(process.getuid() === 0 ? [] : ['--user', '--map-root-user']),
  '--mount',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
  '--propagation',
  'private',
  '--',
  ...command,
]
