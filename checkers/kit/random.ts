/**
 * Random choices of a run, all from its seed, so that `--seed` repeats them.
 * The generator is mulberry32 (Tommy Ettinger, public domain), seeded by FNV-1a over the seed and a label.
 */
export class Random {
  #state: number

  /** `label` separates streams: each check gets its own, whatever order checks run in. */
  constructor(seed: string, label: string) {
    let hash = 0x811c9dc5
    for (const byte of Buffer.from(`${seed}\0${label}`)) hash = Math.imul(hash ^ byte, 0x01000193)
    this.#state = hash >>> 0
  }

  /** in [0, 1) */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  /** an integer in [least, most], both included */
  integer(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1))
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.integer(0, items.length - 1)] ?? items[0]
  }

  /** the same items in another order */
  shuffle<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, key: this.fraction() }))
      .sort((a, b) => a.key - b.key)
      .map(({ item }) => item)
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.integer(0, 255)))
  }

  word(): string {
    return this.bytes(4).toString('hex')
  }
}
