import { close, open, read } from 'node:fs'
import { promisify } from 'node:util'

const [openFile, readFile, closeFile] = [promisify(open), promisify(read), promisify(close)]

/** Opens files and reads them from their beginning; tests put failures in its place. */
export interface FileAccess {
  open(path: string): Promise<number>
  read(file: number, into: Buffer): Promise<number>
  close(file: number): Promise<void>
}

/** Of this machine; on libuv's threads. */
export const machineFiles: FileAccess = {
  open: (path) => openFile(path, 'r'),
  read: async (file, into) => (await readFile(file, into, 0, into.length, 0)).bytesRead,
  close: (file) => closeFile(file),
}
