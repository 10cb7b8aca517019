/** Changes workspace.yaml, and leaves the person's comments and layout as they are. */
import { join } from 'node:path'
import type { Document } from 'yaml'
import { fileProblem } from '../course/file-problem.ts'
import { readRegular } from '../course/regular-file.ts'
import { replaceFile } from './durable-file.ts'
import { WORKSPACE_FILE } from './find.ts'
import { withLock } from './lock.ts'
import { lockPath } from './places.ts'

/**
 * Changes the document under the workspace's lock; the file is replaced as a whole. What comes out is validated before
 * it is written. Throws a Problem when the file is or would become wrong, or can't be written.
 */
export async function editWorkspaceFile(dir: string, change: (document: Document) => void): Promise<void> {
  const path = join(dir, WORKSPACE_FILE)
  const [{ parseDocument }, { parseYaml }, { WorkspaceFile }] = await Promise.all([
    import('yaml'),
    import('../course/yaml.ts'),
    import('./schema.ts'),
  ])
  await withLock(lockPath(dir, 'workspace'), async () => {
    try {
      const before = readRegular(path)
      parseYaml(before, path, WorkspaceFile)
      const document: Document = parseDocument(before.toString('utf8'))
      change(document)
      const after = document.toString({ lineWidth: 0 })
      parseYaml(Buffer.from(after), path, WorkspaceFile)
      replaceFile(path, after)
    } catch (error) {
      throw fileProblem(error, `Cannot change ${WORKSPACE_FILE}.`, path)
    }
  })
}
