import { paletteFor, printable } from '@edge/bench/text'
import type { Classification, Classifier } from '@edge/classify'
import type { Failure } from './failure.js'

/** Is told what happens in `edge-trt classify`, and writes it to standard output. */
export interface ClassifyReporter {
  /** Which model is to be loaded. */
  named(model: string): void
  /** What may not be as it was meant, before the model is loaded. */
  warned(warning: string): void
  opened(classifier: Classifier): void
  classified(source: string, result: Classification): void
  failed(failure: Failure): void
  /** Called once, whatever happened before. */
  end(): void
}

/** A table for each picture, written as soon as it is there. Failures and warnings go to standard error, and are left to others. */
export function textReporter(stdout: NodeJS.WriteStream): ClassifyReporter {
  const { bold, dim } = paletteFor(stdout)
  return {
    named() {},
    warned() {},
    opened({ model, backend, details }) {
      const engine = details.engine && `engine ${details.engine}`
      const facts = [`${backend} ${details.version ?? ''}`.trim(), details.delegates, engine]
        .filter(Boolean)
        .join(', ')
      stdout.write(`${dim(`${printable(model.name)} · ${facts}`)}\n`)
    },
    classified(source, { classes, timing }) {
      const { decodeMs, preprocessMs, inferenceMs, totalMs } = timing
      const lines = [
        '',
        bold(printable(source)),
        dim('  #    score  class  label'),
        ...classes.map(
          ({ score, index, label }, rank) =>
            `${String(rank + 1).padStart(3)}  ${percent(score)}  ${String(index).padStart(5)}  ${printable(label)}`,
        ),
        ...(classes.length === 0 ? [dim('     no class that was asked for')] : []),
        dim(
          `     decode ${ms(decodeMs)} · preprocess ${ms(preprocessMs)} · inference ${ms(inferenceMs)} · total ${ms(totalMs)}`,
        ),
      ]
      stdout.write(`${lines.join('\n')}\n`)
    },
    failed() {},
    end() {},
  }
}

function percent(score: number): string {
  return `${(score * 100).toFixed(2).padStart(6)} %`
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(1)} ms`
}
