import { type LiteNetwork, liteFiles } from './efficientnet-lite.js'

/** A model of published comparisons that only benchmarks need. */
export interface Classic {
  /** Folder it gets. */
  readonly name: string
  /** What people call it. */
  readonly title: string
  /** Side of the input. */
  readonly size: number
  /** Of the photograph, once it is resized and before its middle is cut out. */
  readonly shortSide: number
  /** The trained network it is, or undefined for one with random weights. */
  readonly lite?: LiteNetwork
}

/** All of them; the same sizes as in Python, which the models are checked to have when they are loaded. */
export const classics: readonly Classic[] = [
  { name: 'mobilenet_v1_1.0_224', title: 'MobileNet v1 1.0 224', size: 224, shortSide: 256 },
  { name: 'mobilenet_v2_1.0_224', title: 'MobileNet v2 1.0 224', size: 224, shortSide: 256 },
  { name: 'efficientnet_lite1', title: 'EfficientNet-Lite1', size: 240, shortSide: 272, lite: 'lite1' },
  { name: 'efficientnet_lite2', title: 'EfficientNet-Lite2', size: 260, shortSide: 292, lite: 'lite2' },
  { name: 'efficientnet_edgetpu_s', title: 'EfficientNet-EdgeTPU-S', size: 224, shortSide: 256 },
  { name: 'efficientnet_edgetpu_m', title: 'EfficientNet-EdgeTPU-M', size: 240, shortSide: 272 },
  { name: 'efficientnet_edgetpu_l', title: 'EfficientNet-EdgeTPU-L', size: 300, shortSide: 332 },
  { name: 'inception_v4_299', title: 'Inception v4 299', size: 299, shortSide: 342 },
]

/** File names of its models. */
export function classicFiles({ name, lite }: Classic): { readonly int8: string; readonly fp32?: string } {
  return lite === undefined ? { int8: `${name}_int8.tflite` } : liteFiles(lite)
}

/** The manifest that lies beside its models. */
export function classicManifest(classic: Classic): object {
  const { name, title, size, shortSide, lite } = classic
  return {
    manifestVersion: 1,
    name,
    description:
      lite === undefined
        ? `${title} with random weights, for measurements of time: the classes that it returns mean nothing`
        : `${title} for 1000 ImageNet classes, as full-integer int8 (uint8 in and out) and as float32`,
    ...(lite !== undefined && { license: 'Apache-2.0' }),
    files: Object.values(classicFiles(classic)),
    input: {
      width: size,
      height: size,
      layout: 'NHWC',
      channels: 'rgb',
      resize: { fit: 'cover-crop', cropRatio: size / shortSide, kernel: 'bicubic' },
      mean: [127, 127, 127],
      std: [128, 128, 128],
    },
    output: { kind: lite === undefined ? 'probabilities' : 'logits' },
    labels: 'labels.txt',
  }
}

/** Its labels, from the 1000 of ImageNet: those whose weights are random were published with a first class for none of these. */
export function classicLabels({ lite }: Classic, imagenet: readonly string[]): readonly string[] {
  return lite === undefined ? ['background', ...imagenet] : imagenet
}
