import { grouped, printable } from '@edge/bench/text'
import type { BuildProgress } from '@edge/runtime'

/** How far the pictures are. */
export interface Counts {
  readonly done: number
  readonly failed: number
  /** Undefined while there may be more than are known. */
  readonly total: number | undefined
  readonly elapsedMs: number
}

const BAR = 20

/** A line that says how far the pictures are: a bar where it is known how many there are, how fast it goes, and how long it takes. */
export function progressBar({ done, failed, total, elapsedMs }: Counts): string {
  const perSecond = elapsedMs > 0 ? (done * 1000) / elapsedMs : 0
  const parts = [
    total === undefined ? `${grouped(done)} pictures` : `${grouped(done)} of ${grouped(total)} pictures`,
    ...(done > 0 ? [`${perSecond < 10 ? perSecond.toFixed(1) : grouped(perSecond)}/s`] : []),
    ...(total !== undefined && done > 0 ? [`${duration((total - done) / perSecond)} left`] : []),
    ...(failed > 0 ? [`${grouped(failed)} failed`] : []),
  ]
  return `${total === undefined ? '' : `${bar(total === 0 ? 1 : done / total)} `}${parts.join(' · ')}`
}

/** How far something of several steps is, and at what it is. */
export function stepBar({
  done,
  of,
  phase,
  id,
}: {
  done: number
  of: number
  phase: string
  id: string
}): string {
  return `${bar(of === 0 ? 1 : done / of)} ${phase} ${id}`
}

/** How far the building of an engine is. TensorRT's phases differ in length, so that no rest of the time follows from it. */
export function buildBar({ fraction, phases, elapsedMs }: BuildProgress): string {
  const parts = ['building the engine', duration(elapsedMs / 1000), ...phases.slice(0, 1).map(printable)]
  return `${bar(fraction)} ${parts.join(' · ')}`
}

function bar(fraction: number): string {
  const filled = Math.round(BAR * fraction)
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}]`
}

/** A time for eyes: `45 s`, `3 min 20 s`, `2 h 05 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}
