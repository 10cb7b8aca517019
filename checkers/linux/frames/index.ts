/** linux/frames: ttrpc over a unix socket. Ids as in labs/linux/frames/lab.yaml. */
import { lab } from '../../kit/index.ts'
import { deadline } from './deadline.ts'
import { errors } from './errors.ts'
import { gone } from './gone.ts'
import { limit } from './limit.ts'
import { message } from './message.ts'
import { reader } from './reader.ts'
import { slow } from './slow.ts'
import { streams } from './streams.ts'

export default lab({
  requires: ['namespaces'],
  steps: [message, reader, streams, errors, limit, slow, gone, deadline],
})
