import { type FSWatcher, type Stats, statSync, watch } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { EdgeError } from '@edge/errors'
import { isPictureName } from './picture-files.js'
import { systemError } from './system-error.js'

// Enough to tell a picture that was written from one that was only given other permissions, few enough for a directory that is written to for years.
const REMEMBERED = 65_536

/** How to watch a directory. */
export interface WatchOptions {
  /** How long a file must have been left alone before it is taken for complete. */
  readonly settleMs: number
  /** Whether pictures that are there already count, too. */
  readonly existing: boolean
  /** Whether only the newest of those that wait is wanted, and the others are passed over. */
  readonly newest: boolean
}

interface Waiting {
  readonly path: string
  readonly modifiedMs: number
}

/**
 * Pictures that appear in a directory, or are written anew, each once it has been left alone for a while: the system tells of a file
 * when it is created, which is long before it is complete.
 *
 * It can be iterated over once.
 */
export class SettledFiles implements AsyncIterable<string> {
  readonly #directory: string
  readonly #options: WatchOptions
  readonly #watcher: FSWatcher
  readonly #inode: number
  /** By name: the timer of its next look, and what the last one saw. */
  readonly #unsettled = new Map<string, { timer: NodeJS.Timeout; seen?: string }>()
  /** By name, in the order of their arrival: what was seen when it was passed on. */
  readonly #known = new Map<string, string>()
  #waiting: Waiting[] = []
  #passedOver = 0
  #failure: unknown
  #closed = false
  #wake = () => {}

  /** @throws EdgeError `FILE_NOT_FOUND`, `FILE_UNREADABLE` where the directory cannot be watched. */
  constructor(directory: string, options: WatchOptions) {
    this.#directory = directory
    this.#options = options
    try {
      const stats = statSync(directory)
      if (!stats.isDirectory()) throw notADirectory(directory)
      this.#inode = stats.ino
      this.#watcher = watch(directory)
    } catch (error) {
      throw error instanceof EdgeError ? error : watchError(directory, error)
    }
    this.#watcher.on('change', (event, name) => this.#changed(event, String(name)))
    this.#watcher.on('error', (error) => this.#end(watchError(directory, error)))
    if (options.existing) void this.#addExisting()
  }

  /** How many were passed over for newer ones. */
  get passedOver(): number {
    return this.#passedOver
  }

  /** Watches no longer. */
  close(): void {
    this.#end(undefined)
  }

  /** @throws EdgeError `FILE_NOT_FOUND` once the directory has gone. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    for (;;) {
      const next = this.#waiting.shift()
      if (next !== undefined) yield next.path
      else if (this.#failure !== undefined) throw this.#failure
      else if (this.#closed) return
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }

  #changed(event: string, name: string): void {
    // What happens to the directory itself is told under its own name, too; it may have been replaced by another.
    if (event === 'rename' && !this.#isThere()) this.#end(gone(this.#directory))
    else if (isPictureName(name)) this.#lookAfter(name, this.#options.settleMs)
  }

  #isThere(): boolean {
    try {
      return statSync(this.#directory).ino === this.#inode
    } catch {
      return false
    }
  }

  #lookAfter(name: string, ms: number, seen?: string): void {
    if (this.#closed) return
    clearTimeout(this.#unsettled.get(name)?.timer)
    const timer = setTimeout(() => void this.#look(name), ms)
    this.#unsettled.set(name, seen === undefined ? { timer } : { timer, seen })
  }

  async #look(name: string): Promise<void> {
    const { settleMs } = this.#options
    const entry = this.#unsettled.get(name)
    const path = join(this.#directory, name)
    let stats: Stats
    try {
      stats = await stat(path)
    } catch {
      this.#unsettled.delete(name)
      this.#known.delete(name)
      return
    }
    // Something has happened meanwhile, and will be looked at in its turn.
    if (this.#closed || entry === undefined || this.#unsettled.get(name) !== entry) return
    const stamp = `${stats.ino} ${stats.size} ${stats.mtimeMs}`
    // Not by the time of its last change alone: the clock of a file server may be another.
    const isSettled = entry.seen === stamp || Date.now() - stats.mtimeMs >= settleMs
    if (!isSettled) return this.#lookAfter(name, settleMs, stamp)
    this.#unsettled.delete(name)
    // Whoever created an empty file has yet to write it.
    if (!stats.isFile() || stats.size === 0 || this.#known.get(name) === stamp) return
    this.#remember(name, stamp)
    this.#pass({ path, modifiedMs: stats.mtimeMs })
  }

  #remember(name: string, stamp: string): void {
    this.#known.delete(name)
    this.#known.set(name, stamp)
    if (this.#known.size <= REMEMBERED) return
    const [oldest] = this.#known.keys()
    if (oldest !== undefined) this.#known.delete(oldest)
  }

  #pass(file: Waiting): void {
    const [other] = this.#waiting
    if (this.#options.newest && other !== undefined) {
      this.#passedOver += 1
      if (other.modifiedMs <= file.modifiedMs) this.#waiting = [file]
    } else this.#waiting.push(file)
    this.#wake()
  }

  async #addExisting(): Promise<void> {
    try {
      const names = (await readdir(this.#directory)).filter(isPictureName).sort()
      for (const name of names) if (!this.#unsettled.has(name)) this.#lookAfter(name, 0)
    } catch (error) {
      this.#end(systemError('directory', this.#directory, error))
    }
  }

  #end(failure: unknown): void {
    this.#failure ??= failure
    this.#closed = true
    this.#watcher.close()
    for (const { timer } of this.#unsettled.values()) clearTimeout(timer)
    this.#unsettled.clear()
    this.#wake()
  }
}

function notADirectory(directory: string): EdgeError {
  return new EdgeError('FILE_UNREADABLE', {
    summary: `${directory} cannot be watched`,
    expected: 'a directory',
    found: 'a file',
    remedy: 'Name the directory it is in.',
  })
}

function gone(directory: string): EdgeError {
  return new EdgeError('FILE_NOT_FOUND', {
    summary: `the directory ${directory} that was watched has gone`,
    remedy: 'Begin again once it is back.',
  })
}

function watchError(directory: string, cause: unknown): EdgeError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  // inotify's limits come under names that are about disks and files.
  if (code !== 'ENOSPC' && code !== 'EMFILE') return systemError('directory', directory, cause)
  return new EdgeError('FILE_UNREADABLE', {
    summary: `the directory ${directory} cannot be watched`,
    found: 'no more watches on this system',
    remedy: `Raise sysctl fs.inotify.${code === 'ENOSPC' ? 'max_user_watches' : 'max_user_instances'}.`,
    cause,
  })
}
