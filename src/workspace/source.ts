import type { SourceFile } from '../protocol/index.ts'
export interface PackedSource {
  /** sha256 over path, mode and content of every file, hex */
  digest: string
  files: SourceFile[]
}
export async function packSource(dir: string): Promise<PackedSource> {
  void dir
  throw new Error('not written yet')
}
