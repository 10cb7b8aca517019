/** The command that installs git on this machine. */
export function installGit(): string {
  return process.platform === 'darwin'
    ? 'xcode-select --install'
    : 'sudo apt-get install git   (or your system’s package git)'
}
