/**
 * What differs in failure texts where writes go on while the mirror does something: how many there were by then, and of which
 * of many keys. Of lines that an earlier mirror wrote, the seed says how many are kept.
 */
export const VARIES = [
  /revisions? (\d+)(?: and (\d+))?/,
  /(?:put again|deleted) at (\d+)/,
  /resets (\d+) connections/,
  /(\d+) bytes came/,
  /(\d+) lines came/,
  /app\/key(\d+\/*)/,
  /fault: \w+: (\d+) of/,
]
