/** Puts a lab into labs/course.yaml, with as little change to the file as can be. Pure. */
import { isMap, isSeq, parseDocument } from 'yaml'

export interface Entry {
  /** STAGE/LAB */
  id: string
  title: string
}

/** The smallest course. */
export const EMPTY_COURSE = `# The course: its stages and labs in the order in which they build on each other.
format: 1
title: A course
version: 0.1.0
stages: []
`

/** The text with the lab at the end of its stage; a stage that it does not list comes last. `stage`: whether it was new. */
export function withEntry(text: string, { id, title }: Entry): { text: string; stage: boolean } {
  const document = parseDocument(text)
  const [name = ''] = id.split('/')
  const stages = document.get('stages')
  if (!isSeq(stages)) throw new Error('labs/course.yaml was read a moment ago, and has no stages')
  const entry = document.createNode({ id, title }, { flow: true })
  const there = stages.items.find((stage) => isMap(stage) && stage.get('id') === name)
  const labs = isMap(there) ? there.get('labs') : undefined
  if (isSeq(labs)) labs.add(entry)
  else {
    stages.flow = false
    stages.add(document.createNode({ id: name, title: titled(name), labs: [] }))
    document.addIn(['stages', stages.items.length - 1, 'labs'], entry)
    const made = document.getIn(['stages', stages.items.length - 1, 'labs'])
    if (isSeq(made)) made.flow = false
  }
  return { text: document.toString({ lineWidth: 0, singleQuote: true }), stage: !isSeq(labs) }
}

const titled = (name: string): string => `${name.slice(0, 1).toUpperCase()}${name.slice(1).replaceAll('-', ' ')}`
