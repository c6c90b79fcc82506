/**
 * `pnpm demo`: from a clean clone to classified photographs. Fetches and makes what is missing, builds everything, and asks the
 * command line what is on six photographs, with EfficientNet-Lite0 in float32 and in int8.
 */
import { join } from 'node:path'
import { build } from './demo/build.js'
import { expectations } from './demo/expectations.js'
import { firstClasses } from './demo/first-classes.js'
import { isRight, tableText } from './demo/table.js'
import { runAsProgram } from './run-as-program.js'
import { modelFiles } from './setup/models.js'
import { efficientnetDirectory, photographsDirectory } from './setup/paths.js'
import { reportLine, setUp } from './setup/setup.js'
import type { StepReport } from './setup/step.js'

const elapsed = (start: number): number => (performance.now() - start) / 1000

runAsProgram(import.meta.url, async () => {
  const start = performance.now()
  const report = (step: StepReport): void => console.log(reportLine(step))
  // What the machine lacks is said before anything is fetched.
  await setUp(['system'], report)
  console.log('Fetching the runtime and the photographs, making the models, building packages and addon …')
  const work = [setUp(['tflite', 'photos', 'models'], report), build(report)]
  // Both to their ends: nothing goes on behind an error.
  await Promise.allSettled(work)
  await Promise.all(work)

  const photographs = expectations.map(({ file }) => join(photographsDirectory, file))
  const float32 = await firstClasses(join(efficientnetDirectory, modelFiles.fp32), photographs)
  const int8 = await firstClasses(join(efficientnetDirectory, modelFiles.int8), photographs)
  console.log(`\n${tableText(expectations, float32, int8)}\n`)

  const wrong = expectations.filter(
    (expectation) => isRight(expectation, float32.get(expectation.file)) === false,
  )
  console.log(`All of it took ${elapsed(start).toFixed(0)} s.`)
  if (wrong.length > 0) {
    console.error(`Wrong in float32: ${wrong.map(({ file }) => file).join(', ')}.`)
    process.exitCode = 1
  }
})
