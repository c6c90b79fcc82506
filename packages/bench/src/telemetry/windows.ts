/** A stretch of time in milliseconds since the run began. */
export interface TimeWindow {
  readonly fromMs: number
  readonly toMs: number
}

/** What of a model's result says when it ran. */
export interface RanAt {
  readonly samplesMs: readonly number[]
  readonly samplesAtMs: readonly number[]
  readonly rounds: readonly number[]
}

/** When a model ran: one window a round, from the beginning of its first inference to the end of its last. */
export function windowsOf({ samplesMs, samplesAtMs, rounds }: RanAt): TimeWindow[] {
  const windows = new Map<number, TimeWindow>()
  for (const [index, fromMs] of samplesAtMs.entries()) {
    const toMs = fromMs + (samplesMs[index] ?? 0)
    const round = rounds[index] ?? 0
    const window = windows.get(round) ?? { fromMs, toMs }
    windows.set(round, { fromMs: Math.min(window.fromMs, fromMs), toMs: Math.max(window.toMs, toMs) })
  }
  return [...windows.values()].sort((a, b) => a.fromMs - b.fromMs)
}

/** How long all windows are together. */
export function lengthMs(windows: readonly TimeWindow[]): number {
  return windows.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
}

/** The parts of windows that lie within a stretch. */
export function within(windows: readonly TimeWindow[], { fromMs, toMs }: TimeWindow): TimeWindow[] {
  return windows.flatMap((window) => {
    const part = { fromMs: Math.max(window.fromMs, fromMs), toMs: Math.min(window.toMs, toMs) }
    return part.fromMs < part.toMs ? [part] : []
  })
}
