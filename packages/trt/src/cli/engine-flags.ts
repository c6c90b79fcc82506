import type { BuildEngineOptions, Precision, ShapeRange, TensorRtOptions } from '@edge/runtime'
import { UsageError } from './failure.js'
import { choice, dashed, type Flags, text, texts, wholeNumber } from './flags.js'

const PRECISIONS: readonly Precision[] = ['fp32', 'fp16', 'bf16', 'int8', 'best']
const HARDWARE = ['none', 'ampere+', 'same-compute-capability'] as const
const MIB = 2 ** 20
const MOST_WORKSPACE_MIB = 2 ** 24

/** The flags about an engine, checked: all that it follows from but its calibration. */
export interface EngineFlags {
  readonly precision: Precision | undefined
  readonly libraryPath: string | undefined
  readonly tensorrt: TensorRtOptions
}

/** @throws UsageError where there is no such precision. */
export function readPrecision(flags: Flags): Precision | undefined {
  return choice(flags, 'precision', PRECISIONS)
}

/**
 * Checks what the command line's parser made of the flags.
 *
 * @throws UsageError naming the flag.
 */
export function readEngineFlags(flags: Flags): EngineFlags {
  const device = wholeNumber(flags, 'device', 0, 1023)
  const workspace = wholeNumber(flags, 'workspace', 1, MOST_WORKSPACE_MIB)
  const optimizationLevel = wholeNumber(flags, 'optimizationLevel', 0, 5)
  const core = wholeNumber(flags, 'dlaCore', 0, 255)
  const hardware = choice(flags, 'hardwareCompatibility', HARDWARE)
  const profile = profileOf(flags)
  return {
    precision: readPrecision(flags),
    libraryPath: text(flags, 'library'),
    tensorrt: {
      ...(device !== undefined && { device }),
      ...(flags.tf32 === false && { tf32: false }),
      ...(workspace !== undefined && { workspaceBytes: workspace * MIB }),
      ...(optimizationLevel !== undefined && { optimizationLevel }),
      ...(profile !== undefined && { profiles: [profile] }),
      ...(core !== undefined && { dla: { core } }),
      ...(flags.versionCompatible === true && { versionCompatible: true }),
      ...(flags.refittable === true && { refittable: true }),
      ...(hardware === 'ampere+' && { hardwareCompatibility: 'amperePlus' }),
      ...(hardware === 'same-compute-capability' && { hardwareCompatibility: 'sameComputeCapability' }),
    },
  }
}

/** As options of the API, without calibration. */
export function engineOptions({ precision, libraryPath, tensorrt }: EngineFlags): BuildEngineOptions {
  return {
    ...(precision !== undefined && { precision }),
    ...(libraryPath !== undefined && { libraryPath }),
    tensorrt,
  }
}

const ENDS = { min: 'minShapes', opt: 'optShapes', max: 'maxShapes' } as const

/** One optimization profile: of each input the shapes given, where the one to be fastest for stands in for those that are not. */
function profileOf(flags: Flags): Record<string, ShapeRange> | undefined {
  const given = {
    min: shapesOf(flags, ENDS.min),
    opt: shapesOf(flags, ENDS.opt),
    max: shapesOf(flags, ENDS.max),
  }
  const inputs = new Set([...given.min.keys(), ...given.opt.keys(), ...given.max.keys()])
  if (inputs.size === 0) return undefined
  const profile: Record<string, ShapeRange> = {}
  for (const input of inputs) {
    const opt = given.opt.get(input)
    if (opt === undefined) {
      throw new UsageError(`--opt-shapes lacks the input ${input}, of which other shapes are given`)
    }
    const most = given.max.get(input) ?? opt
    if (opt.includes(0) || most.includes(0)) {
      const flag = opt.includes(0) ? '--opt-shapes' : '--max-shapes'
      throw new UsageError(
        `${flag} wants sizes of 1 and more of the input ${input}, not ${(opt.includes(0) ? opt : most).join('x')}`,
      )
    }
    profile[input] = { min: given.min.get(input) ?? opt, opt, max: most }
  }
  return profile
}

/** As trtexec takes them: `input:1x3x224x224`, with commas between several inputs. Names may have colons themselves. */
function shapesOf(flags: Flags, name: string): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>()
  for (const one of texts(flags, name).flatMap((list) => list.split(','))) {
    const [, input, sizes] = /^(.+):(\d{1,9}(?:x\d{1,9})*)$/.exec(one) ?? []
    if (input === undefined || sizes === undefined) {
      throw new UsageError(
        `${dashed(name)} wants an input and its shape, such as data:1x3x224x224, not ${JSON.stringify(one)}`,
      )
    }
    shapes.set(input, sizes.split('x').map(Number))
  }
  return shapes
}
