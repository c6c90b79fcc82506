import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { describeGpus, type GpuInfo, type LibraryInfo } from '@edge/runtime/engines'
import { onnxClassicPath, onnxClassics } from '../../scripts/setup/onnx-classics.js'
import { variantsDirectory } from '../../scripts/setup/test-models.js'
import { isKept } from '../measure/result-file.js'
import { misuseOf } from '../run-as-command.js'
import { isDouble } from './doubles.js'

/** The exit code of `pnpm test:gpu` and `pnpm bench:gpu` where there is nothing to run on; 1 is a failure. */
export const NO_GPU = 77

/** What both programs are told, and find. */
export interface Setting {
  readonly models: readonly string[]
  readonly runs: number
  /** Where results go; undefined for where all are. */
  readonly out: string | undefined
  /** How tensors get to the GPU: as was asked for, or as sessions choose by themselves. */
  readonly transfer: 'copied' | 'mapped'
  /** The first one, which both programs use. */
  readonly gpu: GpuInfo
  readonly cuda: LibraryInfo
  readonly tensorrt: LibraryInfo
  /** What results were got on. */
  readonly device: Device
}

/** What results were got on: whatever says which GPU and versions these are, and no path of this machine. */
export interface Device {
  /** In words: what the results prove something about. */
  readonly provedOn: string
  readonly gpu: Omit<GpuInfo, 'ordinal' | 'uuid'>
  /** The newest CUDA that the driver supports. */
  readonly cuda: string
  readonly tensorrt: string
}

/**
 * Reads the command line, `[--model FILE.onnx]… [--runs N] [--transfer copied|mapped] [--out DIR | --keep]`, and looks for a GPU; says what is
 * missing and ends the process where there is none.
 */
export function readSetting(defaultRuns: number): Setting {
  const values = readFlags(defaultRuns)
  const { cuda, tensorrt } = describeGpus()
  if ('problem' in cuda) return noGpu(cuda.problem.message)
  if ('problem' in tensorrt) return noGpu(tensorrt.problem.message)
  const [gpu] = cuda.devices
  if (gpu === undefined) return noGpu('The driver has none.')
  const doubles = [cuda.library, tensorrt].some(({ path }) => isDouble(path))
  if (doubles && isKept()) fail('Results of test doubles are not kept: leave out --keep.')
  const lite0 = join(variantsDirectory, 'efficientnet_lite0_fp32.onnx')
  const models = values.model?.map((path) => resolve(path)) ?? [...onnxClassics.map(onnxClassicPath), lite0]
  const missing = models.find((path) => !existsSync(path))
  if (missing !== undefined)
    fail(`There is no ${missing}: pnpm run setup --only bench-onnx-models,test-models`)
  const runs = Number(values.runs ?? defaultRuns)
  if (!Number.isSafeInteger(runs) || runs < 2) fail(`--runs ${values.runs} is no number of runs from 2`)
  const transfer = values.transfer ?? (gpu.integrated ? 'mapped' : 'copied')
  if (transfer !== 'copied' && transfer !== 'mapped')
    fail(`--transfer ${transfer} is neither copied nor mapped`)
  const { ordinal: _ordinal, uuid: _uuid, ...facts } = gpu
  return {
    models,
    runs,
    out: values.out === undefined ? undefined : resolve(values.out),
    transfer,
    gpu,
    cuda: cuda.library,
    tensorrt,
    device: {
      provedOn: doubles
        ? 'test doubles of CUDA and TensorRT: that the program works, and nothing about a GPU'
        : `${gpu.name}, compute capability ${gpu.computeCapability}`,
      gpu: facts,
      cuda: cuda.library.version,
      tensorrt: tensorrt.version,
    },
  }
}

function readFlags(defaultRuns: number) {
  try {
    const { values } = parseArgs({
      options: {
        model: { type: 'string', multiple: true },
        runs: { type: 'string' },
        transfer: { type: 'string' },
        out: { type: 'string' },
        keep: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help !== true) return values
    console.log(helpFor(defaultRuns))
    process.exit(0)
  } catch (error) {
    const misuse = misuseOf(error)
    if (misuse === undefined) throw error
    console.error(`${misuse}\nSee --help.`)
    process.exit(2)
  }
}

function helpFor(runs: number): string {
  const program = basename(process.argv[1] ?? '', '.ts')
  return `pnpm ${program}:gpu [--model FILE.onnx]… [--runs N] [--transfer copied|mapped] [--out DIR | --keep]

  --model FILE.onnx   a model to run; may be repeated (default: those of pnpm run setup)
  --runs N            how many runs of each, 2 or more (default: ${runs})
  --transfer HOW      copied or mapped: how tensors get to the GPU (default: mapped where it shares the memory)
  --out DIR           where results are written
  --keep              they are written where the repository keeps them

Exit code: 0 if all held, 1 if not, 2 for a wrong command line, 77 without a GPU or TensorRT: nothing was run then.`
}

function noGpu(why: string): never {
  console.log(`No GPU: nothing was run, and nothing is proved. ${why}`)
  process.exit(NO_GPU)
}

function fail(why: string): never {
  console.error(why)
  process.exit(1)
}

/** A model's name, for people. */
export const modelName = (path: string): string => basename(path, '.onnx')
