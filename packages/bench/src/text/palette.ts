import type { WriteStream } from 'node:tty'

/** Text for eyes, marked up where the reader is a terminal that shows it. */
export interface Palette {
  bold(text: string): string
  dim(text: string): string
  green(text: string): string
  red(text: string): string
}

/**
 * The palette for a stream. Plain for files, pipes and terminals without colours, and where `NO_COLOR` is set.
 */
export function paletteFor(stream: Partial<Pick<WriteStream, 'isTTY' | 'hasColors'>>): Palette {
  // `hasColors` looks at TERM, NO_COLOR and FORCE_COLOR.
  const colours = stream.isTTY === true && stream.hasColors?.() === true
  const mark = (begin: number, end: number) => (text: string) =>
    colours ? `\u001b[${begin}m${text}\u001b[${end}m` : text
  return { bold: mark(1, 22), dim: mark(2, 22), green: mark(32, 39), red: mark(31, 39) }
}
