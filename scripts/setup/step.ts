import { isCurrent, type Plan, writeStamp } from './stamp.js'
import { requireTools, type Tool } from './tools.js'

/** One part of set-up. */
export interface Step {
  readonly name: string
  /** Steps whose results this one reads. */
  readonly after: readonly Step[]
  /** What has to be installed before `make`; not looked at when the result is there already. */
  readonly tools: readonly Tool[]
  /** What the result depends on and consists of; undefined for a step that always runs. */
  readonly plan: () => Promise<Plan | undefined>
  /** Makes the result, and says in a few words what it is. */
  readonly make: () => Promise<string>
}

export interface StepReport {
  readonly name: string
  readonly cached: boolean
  readonly seconds: number
  readonly summary: string
}

async function runStep(step: Step): Promise<StepReport> {
  const start = performance.now()
  const plan = await step.plan()
  const cached = plan !== undefined && (await isCurrent(step.name, plan))
  let summary = 'up to date'
  if (!cached) {
    await requireTools(step.tools)
    summary = await step.make()
    if (plan !== undefined) await writeStamp(step.name, plan)
  }
  return { name: step.name, cached, seconds: (performance.now() - start) / 1000, summary }
}

/** The steps and everything they need, each once, in the order they have to run. */
export function inOrder(steps: readonly Step[]): Step[] {
  const order: Step[] = []
  const visit = (step: Step): void => {
    if (order.includes(step)) return
    step.after.forEach(visit)
    order.push(step)
  }
  steps.forEach(visit)
  return order
}

/** Runs the steps and what they need, at one time where they can be; each is reported as soon as it is done. */
export async function runSteps(
  steps: readonly Step[],
  onDone: (report: StepReport) => void = () => {},
): Promise<StepReport[]> {
  const reports: StepReport[] = []
  let waiting = inOrder(steps)
  while (waiting.length > 0) {
    const ready = waiting.filter((step) => !step.after.some((needed) => waiting.includes(needed)))
    const runs = ready.map(async (step) => {
      const report = await runStep(step)
      reports.push(report)
      onDone(report)
    })
    // All of them to their ends: nothing goes on behind an error.
    await Promise.allSettled(runs)
    await Promise.all(runs)
    waiting = waiting.filter((step) => !ready.includes(step))
  }
  return reports
}
