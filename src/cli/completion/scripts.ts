/** The scripts that make a shell complete `lab`, and how each is installed. */
import bash from './bash.sh'
import fish from './fish.sh'
import zsh from './zsh.sh'

export const SCRIPTS = { bash, zsh, fish } as const

export type Shell = keyof typeof SCRIPTS

export const SHELLS = Object.keys(SCRIPTS) as Shell[]

/** The line that installs a shell's completion for good; `lab` is how the command is called. */
export function installLine(shell: Shell, lab: string): string {
  switch (shell) {
    case 'bash':
      return `echo 'eval "$(${lab} completion bash)"' >> ~/.bashrc`
    case 'zsh':
      return `echo 'eval "$(${lab} completion zsh)"' >> ~/.zshrc`
    case 'fish':
      return `mkdir -p ~/.config/fish/completions && ${lab} completion fish > ~/.config/fish/completions/lab.fish`
  }
}

/** The shell that `$SHELL` names, where there is a script for it. */
export function shellOf(path: string | undefined): Shell | undefined {
  const name = path?.slice(path.lastIndexOf('/') + 1)
  return SHELLS.find((shell) => shell === name)
}
