import type { ScenarioName, Suite, SuiteModel } from './schema.js'

/** One thing to measure: a model, who runs it, and how. */
export interface Case {
  /** Unique in the suite: "mobilenet_v2/tflite/t2", and what else differs between its cases. */
  readonly id: string
  readonly model: SuiteModel
  readonly backend: string
  readonly threads: number
  readonly batch: number
  readonly precision: string | undefined
  readonly scenario: ScenarioName
}

/** All combinations that a suite asks for, model by model. */
export function casesOf(suite: Suite): Case[] {
  const precisions: readonly (string | undefined)[] = suite.precisions ?? [undefined]
  return suite.models.flatMap((model) =>
    (model.backends ?? suite.backends).flatMap((backend) =>
      (model.threads ?? suite.threads).flatMap((threads) =>
        suite.batches.flatMap((batch) =>
          precisions.flatMap((precision) =>
            suite.scenarios.map((scenario): Case => {
              const parts = [model.id, backend, `t${threads}`]
              if (suite.batches.length > 1 || batch > 1) parts.push(`b${batch}`)
              if (precision !== undefined) parts.push(precision)
              if (suite.scenarios.length > 1 || scenario !== 'single-stream') parts.push(scenario)
              return { id: parts.join('/'), model, backend, threads, batch, precision, scenario }
            }),
          ),
        ),
      ),
    ),
  )
}
