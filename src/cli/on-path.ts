export { onPath } from '../on-path.ts'
