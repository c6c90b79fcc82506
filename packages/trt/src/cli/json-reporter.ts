import type { ClassifyReporter } from './classify-reporter.js'
import type { Failure } from './failure.js'

/**
 * One JSON document. Results are written as they come, so that they take no memory, however many there are; failures, of which there
 * should be few, at the end.
 */
export function jsonReporter(stdout: NodeJS.WritableStream): ClassifyReporter {
  let model: string | null = null
  let backend: string | null = null
  let engine: string | undefined
  let hasBegun = false
  let count = 0
  const warnings: string[] = []
  const errors: Failure[] = []
  const begin = () => {
    if (hasBegun) return
    hasBegun = true
    const engineMember = engine === undefined ? '' : `  "engine": ${JSON.stringify(engine)},\n`
    stdout.write(
      `{\n  "model": ${JSON.stringify(model)},\n  "backend": ${JSON.stringify(backend)},\n${engineMember}  "results": [`,
    )
  }
  return {
    named(path) {
      model = path
    },
    warned(warning) {
      warnings.push(warning)
    },
    opened(classifier) {
      backend = classifier.backend
      engine = classifier.details.engine
      begin()
    },
    classified(source, { classes, timing }) {
      stdout.write(`${count === 0 ? '' : ','}\n    ${indented({ source, classes, timing }, 4)}`)
      count += 1
    },
    failed(failure) {
      errors.push(failure)
    },
    end() {
      begin()
      const members = [
        `${count === 0 ? '' : '\n  '}]`,
        `"errors": ${indented(errors, 2)}`,
        ...(warnings.length > 0 ? [`"warnings": ${indented(warnings, 2)}`] : []),
      ]
      stdout.write(`${members.join(',\n  ')}\n}\n`)
    },
  }
}

/** One JSON object a line, for each picture in its turn: for whoever reads along. */
export function jsonLinesReporter(stdout: NodeJS.WritableStream): ClassifyReporter {
  const line = (object: object) => stdout.write(`${JSON.stringify(object)}\n`)
  return {
    named() {},
    warned() {},
    opened() {},
    classified(source, { classes, timing }) {
      line({ source, classes, timing })
    },
    failed(failure) {
      line(failureLine(failure))
    },
    end() {},
  }
}

/** A failure as a line of `--jsonl`. */
export function failureLine({ source, code, message }: Failure): object {
  return { source, error: { code, message } }
}

function indented(value: object, columns: number): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${' '.repeat(columns)}`)
}
