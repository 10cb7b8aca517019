import { describe, expect, it } from 'vitest'
import { installCommands, installLine, MANAGERS, packagesOf, type Machine } from '../src/packages.ts'

const machine = (changes: Partial<Machine>): Machine => ({
  manager: 'apt-get',
  root: '',
  listsEmpty: false,
  ...changes,
})
const wanted = ['git', 'ps', 'pgrep', 'mount', 'unshare'].map(packagesOf)

describe('installCommands', () => {
  it.each([
    ['apt-get', 'apt-get install -y --no-install-recommends git procps mount util-linux'],
    ['apk', 'apk add --no-cache git procps util-linux'],
    ['dnf', 'dnf install -y git procps-ng util-linux'],
    ['pacman', 'pacman -Sy --needed --noconfirm git procps-ng util-linux'],
    ['zypper', 'zypper --non-interactive install git procps util-linux'],
    ['brew', 'brew install git'],
  ] as const)('is one command of %s, each package once', (manager, command) => {
    expect(installCommands(wanted, machine({ manager }))).toEqual([command])
  })

  it('begins with the lists where there are none', () => {
    expect(installCommands([packagesOf('git')], machine({ listsEmpty: true, root: 'sudo ' }))).toEqual([
      'sudo apt-get update',
      'sudo apt-get install -y --no-install-recommends git',
    ])
  })

  it('never runs brew as root', () => {
    expect(installCommands([packagesOf('git')], machine({ manager: 'brew', root: 'sudo ' }))).toEqual([
      'brew install git',
    ])
  })

  it('is nothing where there is no package manager, or it has no such package', () => {
    expect(installCommands(wanted, machine({ manager: undefined }))).toEqual([])
    expect(installCommands([packagesOf('strace')], machine({ manager: 'brew' }))).toEqual([])
  })

  it('knows a package for each program and manager of Linux', () => {
    for (const manager of MANAGERS.filter((name) => name !== 'brew')) {
      for (const program of ['unshare', 'script', 'ip', 'cc', 'strace', 'mkfifo', 'anything']) {
        expect(packagesOf(program)[manager], `${program} of ${manager}`).toMatch(/^[a-z]/)
      }
    }
  })
})

describe('installLine', () => {
  const git = [packagesOf('git')]
  it.each([
    [machine({ listsEmpty: true }), 'apt-get update && apt-get install -y git'],
    [machine({ root: 'sudo ' }), 'sudo apt-get install -y git'],
    [machine({ root: undefined }), 'as root: apt-get install -y git'],
    [machine({ manager: 'brew', root: undefined }), 'brew install git'],
    [machine({ manager: undefined }), 'see its site'],
  ])('for %j', (on, line) => {
    expect(installLine(git, 'see its site', on)).toBe(line)
  })
})
