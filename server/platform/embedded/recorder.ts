/**
 * What a test needs to rebuild the data folder as a power cut could have left it. Paths are relative
 * to the data folder; `file` numbers a file through its renames.
 */
export type RecordedWrite =
  /** A file that was there before the recording began. */
  | { kind: 'known'; file: number; path: string }
  | { kind: 'create'; file: number; path: string; directory: boolean }
  | { kind: 'write'; file: number; position: number; bytes: Uint8Array }
  | { kind: 'truncate'; file: number; size: number }
  | { kind: 'rename'; from: string; to: string }
  | { kind: 'unlink'; path: string }
  | { kind: 'sync'; file: number }
  | { kind: 'sync-directory'; path: string }

/** Where the file layer reports what it did, after it was done. */
export interface FileObserver {
  wrote(path: string, position: number, bytes: Uint8Array): void
  truncated(path: string, size: number): void
  created(path: string, directory: boolean): void
  renamed(from: string, to: string): void
  unlinked(path: string): void
  synced(path: string): void
  directorySynced(path: string): void
}

/** Keeps every write in memory: tests only. */
export class Recorder implements FileObserver {
  readonly writes: RecordedWrite[] = []
  private readonly files = new Map<string, number>()
  private next = 1

  constructor(private readonly root: string) {}

  wrote(path: string, position: number, bytes: Uint8Array): void {
    this.writes.push({ kind: 'write', file: this.fileOf(path), position, bytes: bytes.slice() })
  }

  truncated(path: string, size: number): void {
    this.writes.push({ kind: 'truncate', file: this.fileOf(path), size })
  }

  created(path: string, directory: boolean): void {
    const file = this.next++
    this.files.set(this.relative(path), file)
    this.writes.push({ kind: 'create', file, path: this.relative(path), directory })
  }

  renamed(from: string, to: string): void {
    const file = this.fileOf(from)
    this.files.delete(this.relative(from))
    this.files.set(this.relative(to), file)
    this.writes.push({ kind: 'rename', from: this.relative(from), to: this.relative(to) })
  }

  unlinked(path: string): void {
    this.fileOf(path)
    this.files.delete(this.relative(path))
    this.writes.push({ kind: 'unlink', path: this.relative(path) })
  }

  synced(path: string): void {
    this.writes.push({ kind: 'sync', file: this.fileOf(path) })
  }

  directorySynced(path: string): void {
    this.writes.push({ kind: 'sync-directory', path: this.relative(path) })
  }

  private relative(path: string): string {
    return path.slice(this.root.length).replace(/^\/+/, '')
  }

  private fileOf(path: string): number {
    const relative = this.relative(path)
    const known = this.files.get(relative)
    if (known !== undefined) return known
    const file = this.next++
    this.files.set(relative, file)
    this.writes.push({ kind: 'known', file, path: relative })
    return file
  }
}
