/** stage/greet: ids as in labs/stage/greet/lab.yaml. */
import { lab } from '../../kit/index.ts'
import { hello } from './hello.ts'

export default lab({
  requires: ['namespaces'],
  steps: [hello],
})
