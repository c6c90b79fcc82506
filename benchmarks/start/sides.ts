import { figureText, type Interval, intervalFigure, median } from '@edge/bench'
import { inTurns, ratioOf } from '../measure/turns.js'
import type { Run, Spawner } from './spawner.js'

/** What is measured of a process: milliseconds; MiB of memory. */
export type Quantity = 'label' | 'inside' | 'exit' | 'processor' | 'peakMemory'

/** A program whose start is measured. */
export interface Side {
  readonly name: string
  readonly command: readonly string[]
  /** The label that it prints. */
  readonly label?: string
  /** What ours may take, at most, for each unit that this one takes. */
  readonly bars?: PerQuantity<number>
}

type PerQuantity<T> = { readonly [Q in Quantity]?: T }

const OF_RUN: { readonly [Q in Quantity]: (run: Run) => number } = {
  label: ({ untilNs }) => untilNs / 1e6,
  // What the program found itself, and printed.
  inside: ({ output }) => Number(output),
  exit: ({ exitNs }) => exitNs / 1e6,
  processor: ({ cpuNs }) => cpuNs / 1e6,
  peakMemory: ({ peakBytes }) => peakBytes / 2 ** 20,
}

const TITLES: { readonly [Q in Quantity]: string } = {
  label: 'label',
  inside: 'inside',
  exit: 'end',
  processor: 'processor',
  peakMemory: 'memory',
}

/** What was measured of one side. */
export interface Measured {
  readonly name: string
  readonly medians: PerQuantity<number>
  /** Ours over this one's; none of ours. */
  readonly ratios: PerQuantity<Interval>
  readonly bars: PerQuantity<number>
}

/**
 * Runs the sides in rounds, by turns.
 *
 * @param sides - ours first.
 * @throws Error where a side does not print its label.
 */
export async function measureSides(
  spawner: Spawner,
  sides: readonly [Side, ...Side[]],
  { rounds, quantities }: { readonly rounds: number; readonly quantities: readonly Quantity[] },
): Promise<Measured[]> {
  const run = async (side: Side): Promise<Run> => {
    const run = await spawner.run(side.command, side.label)
    if (!run.output.includes(side.label ?? '')) throw new Error(`${side.name} printed ${run.output}`)
    return run
  }
  // The round before the first brings files into memory.
  const runs = await inTurns(
    sides.map((side) => () => run(side)),
    rounds,
    1,
  )
  const valuesOf = (side: Side, quantity: Quantity) => (runs[sides.indexOf(side)] ?? []).map(OF_RUN[quantity])
  const [ours] = sides
  return sides.map((side) => ({
    name: side.name,
    medians: perQuantity(quantities, (quantity) => median(valuesOf(side, quantity))),
    ratios: perQuantity(side === ours ? [] : quantities, (quantity) =>
      ratioOf({ ours: valuesOf(ours, quantity), reference: valuesOf(side, quantity) }),
    ),
    bars: side.bars ?? {},
  }))
}

function perQuantity<T>(quantities: readonly Quantity[], make: (quantity: Quantity) => T): PerQuantity<T> {
  const record: { [Q in Quantity]?: T } = {}
  for (const quantity of quantities) record[quantity] = make(quantity)
  return record
}

function quantitiesOf(record: PerQuantity<unknown>): readonly Quantity[] {
  const all: readonly Quantity[] = ['label', 'inside', 'exit', 'processor', 'peakMemory']
  return all.filter((quantity) => record[quantity] !== undefined)
}

/** Whether every bar is met, by the upper ends of the intervals. */
export function meetsBars({ ratios, bars }: Measured): boolean {
  return quantitiesOf(bars).every(
    (quantity) => (ratios[quantity]?.high ?? Number.NaN) <= (bars[quantity] ?? 0),
  )
}

/** Rows for eyes: each side's medians, and ours over them. */
export function sidesTable(measured: readonly Measured[]): string {
  const width = Math.max(...measured.map(({ name }) => name.length))
  return measured
    .map((side) => `${side.name.padEnd(width)}${mediansText(side)}${ratiosText(side)}`)
    .join('\n')
}

function mediansText({ medians }: Measured): string {
  const texts = quantitiesOf(medians).map((quantity) => {
    const value = medians[quantity] ?? Number.NaN
    const text = quantity === 'peakMemory' ? `${value.toFixed(1)} MiB` : `${value.toFixed(1)} ms`
    return `${text.padStart(11)} ${TITLES[quantity]}`
  })
  return texts.join('')
}

function ratiosText({ ratios, bars }: Measured): string {
  const texts = quantitiesOf(ratios).flatMap((quantity) => {
    const ratio = ratios[quantity]
    const bar = bars[quantity]
    if (ratio === undefined) return []
    const verdict = bar === undefined ? '' : ` ${ratio.high <= bar ? 'within' : 'MISSES'} ${bar}`
    return `${TITLES[quantity]} × ${figureText(intervalFigure(ratio))}${verdict}`
  })
  return texts.length === 0 ? '' : `\n  ours: ${texts.join(', ')}`
}
