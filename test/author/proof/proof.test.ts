import { describe, expect, it } from 'vitest'
import { blobOf, parseMutant, patchedFiles } from '../../../src/author/mutant.ts'
import { changedSince, otherTools, proofText, type Proof } from '../../../src/author/proof/proof.ts'
import { rotated } from '../../../src/author/proof/sample.ts'

const digests = { lab: 'a', tracks: 'b', checkers: 'c' }
const proof: Proof = {
  format: 1,
  lab: 's/l',
  digests,
  tools: { go: '1.19', tini: '0.19' },
  checks: { 'a/1': { requirement: 'R1', first: ['m'], cost: { ms: 3, component: 2, contract: 0 } } },
  solutions: ['go'],
  oracles: { tini: [] },
  mutants: { m: { requirement: 'R1', kills: ['a/1'] } },
}

describe('a proof', () => {
  it('holds while its digests are the same, and names what has changed', () => {
    expect(changedSince(proof, digests)).toEqual([])
    expect(changedSince(proof, { ...digests, lab: 'x' })).toEqual(["the lab's own files"])
    expect(changedSince(proof, { lab: 'x', tracks: 'x', checkers: 'x' })).toHaveLength(3)
  })

  it('was made with other tools', () => {
    expect(otherTools(proof, proof.tools)).toEqual([])
    expect(otherTools(proof, { go: '1.26', python: '3' })).toEqual([
      'go 1.19 then, 1.26 now',
      'tini 0.19 then, none now',
      'python none then, 3 now',
    ])
  })

  it('is text with a list on a line of its own, and the same data', () => {
    expect(JSON.parse(proofText(proof))).toEqual(proof)
    expect(proofText(proof)).toContain('"kills": [ "a/1" ]\n')
  })
})

describe('a sample', () => {
  it('begins elsewhere each day, and has everything once', () => {
    const all = ['a', 'b', 'c', 'd', 'e']
    const day = (n: number): string[] => rotated(all, n * 86_400_000 + 5, 2)
    expect(day(0)).toEqual(all)
    expect(day(1)).toEqual(['c', 'd', 'e', 'a', 'b'])
    expect(new Set([...day(0).slice(0, 2), ...day(1).slice(0, 2), ...day(2).slice(0, 2)])).toEqual(new Set(all))
    expect(rotated([], 1, 2)).toEqual([])
  })
})

describe('a patch', () => {
  const [a, b, none] = ['1'.repeat(40), '2'.repeat(40), '0'.repeat(40)]
  const diff = `Bug: it is wrong\nSource: owner/name#7\nSolution: go\nRequirement: R3\nKills: a/1, a/2\n
diff --git a/main.go b/main.go
index ${a}..${b} 100644
--- a/main.go
+++ b/main.go
@@ -1 +1 @@
-x
+index ${b}..${a} 100644
diff --git a/new.go b/new.go
new file mode 100644
index ${none}..${b}
--- /dev/null
+++ b/new.go
@@ -0,0 +1 @@
+y
`

  it('has a header', () => {
    expect(parseMutant('/x/late.patch', diff)).toEqual({
      name: 'late',
      path: '/x/late.patch',
      bug: 'it is wrong',
      source: 'owner/name#7',
      solution: 'go',
      requirement: 'R3',
      kills: ['a/1', 'a/2'],
    })
    expect(parseMutant('/x/y.patch', 'diff --git a/x b/x\n+Bug: none')).toMatchObject({ bug: '', kills: [] })
  })

  it('names the blobs that it was made from', () => {
    expect(patchedFiles(diff)).toEqual([
      { file: 'main.go', blob: a },
      { file: 'new.go', blob: none },
    ])
    // git hash-object of a file with "hello" and a newline
    expect(blobOf(Buffer.from('hello\n'))).toBe('ce013625030ba8dba906f756967f9e9ca394464a')
  })
})
