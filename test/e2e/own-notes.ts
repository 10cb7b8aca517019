/**
 * Standard error without what an engine says of others: tests that run at the same time kill engines on purpose, and whoever
 * starts the next one removes what they left, and says so.
 */
export const ownNotes = (stderr: string): string => stderr.replace(/^lab: removed what a killed run left: .*\n/gm, '')
