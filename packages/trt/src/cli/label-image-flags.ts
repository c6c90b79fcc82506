import type { OutputKind } from '@edge/classify'
import { UsageError } from './failure.js'
import { decimal, type Flags, text, wholeNumber } from './flags.js'
import { readLabelOffset, readOutputKind } from './model-flags.js'

/** The flags of `edge-trt label-image`, checked. Undefined: not given. */
export interface LabelImageFlags {
  readonly image: string
  readonly model: string | undefined
  readonly labels: string | undefined
  readonly inputMean: number | undefined
  readonly inputStd: number | undefined
  readonly inputHeight: number | undefined
  readonly inputWidth: number | undefined
  readonly inputLayer: string | undefined
  readonly outputLayer: string | undefined
  readonly threads: number | undefined
  readonly labelOffset: number | undefined
  readonly outputKind: OutputKind | undefined
}

/**
 * Checks what the command line's parser made of the flags.
 *
 * @throws UsageError naming the flag.
 */
export function readLabelImageFlags(flags: Flags): LabelImageFlags {
  const image = text(flags, 'image')
  if (image === undefined) throw new UsageError('--image is missing: it names the picture')
  return {
    image,
    model: eitherOf(flags, 'model_file', 'graph'),
    labels: eitherOf(flags, 'label_file', 'labels'),
    inputMean: decimal(flags, 'input_mean', -1e6, 1e6),
    inputStd: positive(flags, 'input_std'),
    inputHeight: wholeNumber(flags, 'input_height', 1, 65_536),
    inputWidth: wholeNumber(flags, 'input_width', 1, 65_536),
    inputLayer: text(flags, 'input_layer'),
    outputLayer: text(flags, 'output_layer'),
    threads: wholeNumber(flags, 'num_threads', 1, 256),
    labelOffset: readLabelOffset(flags),
    outputKind: readOutputKind(flags),
  }
}

/** TensorFlow's label_image calls it by one name, and TensorFlow Lite's by another. */
function eitherOf(flags: Flags, lite: string, full: string): string | undefined {
  const [one, other] = [text(flags, lite), text(flags, full)]
  if (one !== undefined && other !== undefined && one !== other) {
    throw new UsageError(`--${lite} and --${full} mean the same, and were given two values`)
  }
  return one ?? other
}

function positive(flags: Flags, name: string): number | undefined {
  const value = decimal(flags, name, 0, 1e6)
  if (value === 0) throw new UsageError(`--${name} wants a number above 0`)
  return value
}
