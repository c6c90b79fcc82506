import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { modelPackageDirectory } from './efficientnet-lite.js'
import { asObject, objectMember, parseObject, stringMember } from './json-value.js'
import { goldenDirectory, modelFiles } from './models.js'
import { displayPath, efficientnetDirectory, repositoryRoot } from './paths.js'
import { readPins } from './pins.js'
import { SetupError } from './setup-error.js'

/** What a quantized output holds, and what it stands for. */
interface Output {
  readonly values: readonly number[]
  readonly scale: number
  readonly zeroPoint: number
}

interface Golden extends Output {
  readonly inputSha256: string
}

/** How far an output may be from the golden one. */
interface Tolerance {
  readonly steps: number
  readonly share: number
  readonly scale: number
}

function requireFile(path: string, remedy: string): string {
  if (existsSync(path)) return path
  throw new SetupError(`The model cannot be checked: ${displayPath(path)} is missing. Run \`${remedy}\`.`)
}

async function readObject(path: string): Promise<Readonly<Record<string, unknown>>> {
  return parseObject(await readFile(path, 'utf8'), displayPath(path))
}

async function readGolden(name: string): Promise<Golden> {
  const record = await readObject(join(goldenDirectory, `${name}.json`))
  const { values, scale, zeroPoint } = objectMember(record, 'int8', name)
  if (!Array.isArray(values)) throw new SetupError(`${name}.int8.values must be a list`)
  return {
    inputSha256: stringMember(record, 'inputSha256', name),
    values: values.map(Number),
    scale: Number(scale),
    zeroPoint: Number(zeroPoint),
  }
}

async function readTolerance(): Promise<Tolerance> {
  const file = await readObject(join(goldenDirectory, 'tolerance.json'))
  const { steps, share } = asObject(
    objectMember(file, 'int8', 'tolerance')[process.arch === 'x64' ? 'x64' : 'other'],
    'tolerance.int8',
  )
  const { relativeToLargest } = objectMember(file, 'fp32', 'tolerance')
  return { steps: Number(steps), share: Number(share), scale: Number(relativeToLargest) }
}

/** What is wrong with an output, or undefined when it is within the tolerance. */
export function outputProblem(found: Output, expected: Output, tolerance: Tolerance): string | undefined {
  const isSameScale = Math.abs(found.scale - expected.scale) <= tolerance.scale * expected.scale
  if (found.zeroPoint !== expected.zeroPoint || !isSameScale) return 'the output is on another scale'
  if (found.values.length !== expected.values.length) return `there are ${found.values.length} outputs`
  const near = found.values.filter(
    (value, index) => Math.abs(value - (expected.values[index] ?? Number.NaN)) <= tolerance.steps,
  )
  // Written so that a NaN anywhere above is a failure.
  if (near.length >= tolerance.share * expected.values.length) return undefined
  return `only ${near.length} of ${expected.values.length} outputs are within ${tolerance.steps} step(s)`
}

/**
 * Runs the int8 model of the package through `@edge/image` and `@edge/runtime`, as an application does, and throws a SetupError
 * unless it answers what the golden outputs say.
 *
 * The model is made on this machine, not fetched, and its bytes may differ from another's: its answers are what is pinned.
 */
export async function checkModelAnswers(): Promise<void> {
  const model = requireFile(join(modelPackageDirectory, modelFiles.int8), 'pnpm run setup')
  for (const name of ['runtime', 'image'])
    requireFile(join(repositoryRoot, 'packages', name, 'dist', 'index.js'), 'pnpm build')
  const { Session } = await import('../../packages/runtime/dist/index.js')
  const { preprocess } = await import('../../packages/image/dist/index.js')

  const tolerance = await readTolerance()
  const session = await Session.open(model, { backend: 'tflite' })
  const problems: string[] = []
  try {
    const input = session.input(0, 'uint8')
    const output = session.output(0, 'uint8')
    for (const { file } of readPins().photographs) {
      const name = file.replace(/\.\w+$/, '')
      const golden = await readGolden(name)
      const picture = requireFile(join(efficientnetDirectory, 'inputs', `${name}.png`), 'pnpm run setup')
      // The picture has the tensor's size already: its bytes go in as they are.
      await preprocess(picture, input, { preset: 'raw', resize: { fit: 'stretch', kernel: 'nearest' } })
      if (createHash('sha256').update(input.data).digest('hex') !== golden.inputSha256) {
        problems.push(`${name}: the input is not the golden one`)
        continue
      }
      await session.run()
      const { scale = 1, zeroPoint = 0 } = output.quantization ?? {}
      const problem = outputProblem({ values: [...output.data], scale, zeroPoint }, golden, tolerance)
      if (problem !== undefined) problems.push(`${name}: ${problem}`)
    }
  } finally {
    await session.dispose()
  }
  if (problems.length === 0) return
  throw new SetupError(
    [`${displayPath(model)} does not give the golden outputs:`, ...problems].join('\n  ') +
      '\nRun `pnpm run setup`.',
  )
}
