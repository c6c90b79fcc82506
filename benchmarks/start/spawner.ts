import { LineChild } from '../measure/line-child.js'

/** What a program did, and what it took, seen from outside. */
export interface Run {
  /** All that it printed. */
  readonly output: string
  /** From its start until it had printed what was waited for; until its end, where it did not. */
  readonly untilNs: number
  /** Until it had ended. */
  readonly exitNs: number
  /** Processor time of all its threads. */
  readonly cpuNs: number
  /** Most memory that was resident, files that it maps among it. */
  readonly peakBytes: number
}

const NUMBERS = ['untilNs', 'exitNs', 'cpuNs', 'peakBytes'] as const

/** Starts programs and measures them. */
export class Spawner {
  readonly #child: LineChild

  /** @param python - any Python from 3.9 on. */
  constructor(python: string) {
    this.#child = new LineChild(python, [new URL('children/spawner.py', import.meta.url).pathname])
  }

  /**
   * @param until - what it prints, and whose time is wanted; a line by default.
   * @throws Error where the program fails.
   */
  async run(command: readonly string[], until = '\n'): Promise<Run> {
    const answer: unknown = JSON.parse(await this.#child.answer(JSON.stringify({ command, until })))
    if (!isRun(answer)) throw new Error(`${command.join(' ')} ended with ${JSON.stringify(answer)}`)
    return answer
  }

  close(): void {
    this.#child.close()
  }
}

function isRun(value: unknown): value is Run {
  const { output, status, ...numbers }: Partial<Record<string, unknown>> = Object(value)
  return (
    typeof output === 'string' && status === 0 && NUMBERS.every((name) => typeof numbers[name] === 'number')
  )
}
