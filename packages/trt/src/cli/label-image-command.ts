import { printable } from '@edge/bench/text'
import { Classifier, type ClassifierOptions } from '@edge/classify'
import { findManifest } from '@edge/model'
import type { BuildProgress } from '@edge/runtime'
import { defaultModelPath } from '../default-model.js'
import { BuildNotice } from './build-notice.js'
import { EXIT } from './exit-code.js'
import { failureText, isUsageError, toFailure, UsageError } from './failure.js'
import type { Flags } from './flags.js'
import { examineModel, type ModelFacts, type TensorFacts } from './inspect-facts.js'
import { type LabelImageFlags, readLabelImageFlags } from './label-image-flags.js'
import { engineWarnings, warningText } from './load-classifier.js'
import { Progress } from './progress.js'
import { buildBar } from './progress-bar.js'
import type { StopWatch } from './stop-watch.js'

const TOP = 5
// What label_image does where it is not told.
const MEAN = 128
const STD = 128

/**
 * `edge-trt label-image`: what TensorFlow's label_image prints, in its words, for its flags.
 *
 * @param rawFlags - as the command line's parser gives them.
 * @returns the exit code.
 * @throws UsageError for flags out of range.
 */
export async function labelImageCommand(rawFlags: Flags, stop: StopWatch): Promise<number> {
  const flags = readLabelImageFlags(rawFlags)
  const { image } = flags
  let subject = flags.model ?? 'default model'
  try {
    const model = flags.model ?? defaultModelPath()
    subject = model
    const { facts } = await examineModel(model)
    checkLayers(facts, flags)
    stop.signal.throwIfAborted()
    await using classifier = await load(model, await optionsOf(model, facts, flags), stop.signal)
    for (const warning of engineWarnings(classifier)) process.stderr.write(warningText(warning))
    subject = image
    const topK = Math.min(TOP, classifier.classCount)
    const { classes, timing } = await classifier.classify(image, { topK, signal: stop.signal })
    const lines = [
      '',
      `Evaluation time (1-image): ${(timing.inferenceMs / 1000).toFixed(3)}s`,
      '',
      ...classes.map(({ label, score }) => `${printable(label)} (score=${score.toFixed(5)})`),
    ]
    process.stdout.write(`${lines.join('\n')}\n`)
    return EXIT.ok
  } catch (error) {
    // main() knows the exit code of what stopped it.
    if (stop.reason !== undefined) return EXIT.failed
    const failure = toFailure(subject, error)
    process.stderr.write(failureText(failure, error))
    return isUsageError(error) ? EXIT.usage : EXIT.failed
  }
}

async function load(model: string, options: ClassifierOptions, signal: AbortSignal): Promise<Classifier> {
  let engine: BuildProgress | undefined
  const line = new Progress(process.stderr, () => (engine === undefined ? '' : buildBar(engine)))
  const notice = new BuildNotice(process.stderr, model)
  const onProgress = (progress: BuildProgress) => {
    engine = progress
    notice.progressed(progress)
  }
  try {
    const classifier = await Classifier.load(model, { ...options, onProgress, signal })
    notice.done(classifier.details)
    return classifier
  } finally {
    line.stop()
  }
}

/** Names and sizes are the model's own; whoever states others has another model in mind. */
function checkLayers({ inputs, outputs }: ModelFacts, flags: LabelImageFlags): void {
  checkLayer('--input_layer', flags.inputLayer, inputs)
  checkLayer('--output_layer', flags.outputLayer, outputs)
  const shape = inputs[0]?.shape
  if (shape?.length !== 4) return
  const isChannelsFirst = shape[1] === 1 || shape[1] === 3
  const [height, width] = isChannelsFirst ? shape.slice(2) : shape.slice(1)
  checkSide('--input_height', flags.inputHeight, height)
  checkSide('--input_width', flags.inputWidth, width)
}

function checkLayer(flag: string, name: string | undefined, tensors: readonly TensorFacts[]): void {
  // TensorFlow numbers the outputs of its operations: `Mul:0` is the first of `Mul`.
  const bare = (text: string) => text.replace(/:\d+$/, '')
  if (name === undefined || tensors.some((tensor) => bare(tensor.name) === bare(name))) return
  const names = tensors.map((tensor) => tensor.name).join(' or ')
  throw new UsageError(`${flag} wants a name that the model has, ${names}, not ${JSON.stringify(name)}`)
}

function checkSide(flag: string, size: number | undefined, side: number | string | undefined): void {
  if (size === undefined || typeof side !== 'number' || side === size) return
  throw new UsageError(`${flag} wants the size that the model has, ${side}, not ${size}`)
}

async function optionsOf(
  model: string,
  { inputs }: ModelFacts,
  { labels, labelOffset, outputKind, inputMean, inputStd, threads }: LabelImageFlags,
): Promise<ClassifierOptions> {
  const normalization = await normalizationOf(model, inputs[0], inputMean, inputStd)
  return {
    // label_image squeezes the whole picture into the model's input by tf.image.resize_bilinear.
    resize: { fit: 'stretch', kernel: 'bilinear', antialias: false },
    ...normalization,
    ...(labels !== undefined && { labels }),
    ...(labelOffset !== undefined && { labelOffset }),
    ...(outputKind !== undefined && { outputKind }),
    ...(threads !== undefined && { threads }),
  }
}

/** What the flags say; what they leave out comes from the model's manifest, else it is what label_image takes. */
async function normalizationOf(
  model: string,
  input: TensorFacts | undefined,
  inputMean: number | undefined,
  inputStd: number | undefined,
): Promise<ClassifierOptions> {
  const isGiven = inputMean !== undefined || inputStd !== undefined
  // Pixels are what such a model takes.
  if (!isGiven && input?.dtype === 'uint8') return {}
  const manifest = isGiven ? undefined : await findManifest(model)
  const { mean, scale, offset } = manifest?.manifest.input ?? {}
  if ((mean ?? scale ?? offset) !== undefined) return {}
  return { mean: [inputMean ?? MEAN], std: [inputStd ?? STD] }
}
