/** What differs in failure texts where writes go on while the mirror does something: how many there were by then. */
export const VARIES = [/revisions? (\d+)(?: and (\d+))?/, /copy has that of revision (\d+)/, /(\d+) lines came/]
