import { byteSize, type Column, grouped, type Palette, printable, table } from '@edge/bench/text'
import type { CachedEngine, DamagedEngine } from '@edge/runtime/engines'

const COLUMNS: readonly Column[] = [
  { title: 'model' },
  { title: 'precision' },
  { title: 'TensorRT' },
  { title: 'GPU' },
  { title: 'size', align: 'right' },
  { title: 'built' },
]

/** What is in the cache of engines. */
export interface CacheContents {
  readonly engines: readonly CachedEngine[]
  readonly damaged: readonly DamagedEngine[]
  /** The files of times that builds measured. */
  readonly timings: { readonly files: number; readonly bytes: number }
}

/** The same, for eyes. */
export function enginesText(
  directory: string,
  { engines, damaged, timings }: CacheContents,
  { bold, dim, red }: Palette,
): string {
  const bytes = [...engines, ...damaged].reduce((sum, entry) => sum + entry.bytes, 0)
  const count = `${grouped(engines.length)} ${engines.length === 1 ? 'engine' : 'engines'}`
  const rows = engines.map(({ modelName, facts, bytes, builtAt }) => [
    printable(modelName === '' ? '?' : modelName),
    printable(facts.precision ?? '?'),
    printable(facts.tensorrt ?? '?'),
    printable(facts.gpu ?? '?'),
    byteSize(bytes),
    printable(builtAt.slice(0, 16).replace('T', ' ')),
  ])
  return `${[
    bold(printable(directory)),
    `  ${count}, ${byteSize(bytes)}`,
    ...(timings.files > 0 ? [`  times that builds measured, ${byteSize(timings.bytes)}`] : []),
    ...(rows.length > 0 ? ['', ...table(COLUMNS, rows, dim)] : []),
    ...(damaged.length > 0
      ? ['', ...damaged.map(({ path, problem }) => `${red('✗')} ${printable(path)}: ${printable(problem)}`)]
      : []),
  ].join('\n')}\n`
}

/** What was deleted, for eyes. */
export function freedText({ engines, bytes }: { readonly engines: number; readonly bytes: number }): string {
  return `deleted ${grouped(engines)} ${engines === 1 ? 'engine' : 'engines'}, ${byteSize(bytes)}\n`
}
