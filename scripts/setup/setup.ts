/** Fetches the native runtimes and makes the models: see scripts/README.md. */
import { parseArgs } from 'node:util'
import { runAsProgram } from '../run-as-program.js'
import { benchModelsStep } from './bench-models.js'
import { cropsStep, wallpaperCropsStep } from './crops.js'
import { cudaHeadersStep } from './cuda-headers.js'
import { kernelsStep, nvrtcStep } from './kernels.js'
import { modelsStep } from './models.js'
import { benchOnnxModelsStep } from './onnx-classics.js'
import { onnxModulesStep } from './onnx-modules.js'
import { onnxTestsStep } from './onnx-tests.js'
import { photosStep } from './photos.js'
import { ptxasStep } from './ptxas.js'
import { pythonStep } from './python.js'
import { SetupError } from './setup-error.js'
import { runSteps, type Step, type StepReport } from './step.js'
import { systemStep } from './system.js'
import { tensorrtHeadersStep } from './tensorrt-headers.js'
import { tensorrtLibraryStep } from './tensorrt-library.js'
import { testModelsStep } from './test-models.js'
import { testPhotosStep } from './test-photos.js'
import { tfliteStep } from './tflite.js'
import { wallpapersStep } from './wallpapers.js'

const stepsAfterSystem: readonly Step[] = [
  ...[tensorrtHeadersStep, kernelsStep, tfliteStep, pythonStep, photosStep, modelsStep, onnxTestsStep],
]
// What only tests and benchmarks need is made when it is named.
const steps: readonly Step[] = [
  ...[systemStep, nvrtcStep, ...stepsAfterSystem, onnxModulesStep, testModelsStep, benchModelsStep],
  ...[benchOnnxModelsStep, cudaHeadersStep],
  ...[testPhotosStep, cropsStep, wallpapersStep, wallpaperCropsStep, tensorrtLibraryStep, ptxasStep],
]

// A run of all steps says first what the machine lacks, before anything is downloaded.
async function runAll(onDone?: (report: StepReport) => void): Promise<StepReport[]> {
  return [...(await runSteps([systemStep], onDone)), ...(await runSteps(stepsAfterSystem, onDone))]
}

const usage = `Usage: tsx scripts/setup/setup.ts [--only ${steps.map((step) => step.name).join(',')}]`

/** Steps of set-up by their names, and no others; an unknown name is an error that lists the known ones. */
function stepsNamed(names: readonly string[]): Step[] {
  return names.map((name) => {
    const step = steps.find((candidate) => candidate.name === name)
    if (step === undefined) throw new SetupError(`There is no step "${name}".\n${usage}`)
    return step
  })
}

/**
 * Runs the named steps and what they need, all of them by default. What is there already is left alone.
 *
 * @param onDone - is told of each step as soon as it is done
 */
export function setUp(
  names?: readonly string[],
  onDone?: (report: StepReport) => void,
): Promise<StepReport[]> {
  return names === undefined ? runAll(onDone) : runSteps(stepsNamed(names), onDone)
}

/** One line of a step's report, in columns. */
export function reportLine({ name, seconds, summary }: StepReport): string {
  return `${name.padEnd(16)} ${seconds.toFixed(1).padStart(6)} s  ${summary}`
}

runAsProgram(import.meta.url, async () => {
  const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } })
  if (values.help === true) {
    console.log(usage)
    return
  }
  const names = values.only?.split(',').map((name) => name.trim())
  await setUp(names, (report) => console.log(reportLine(report)))
})
