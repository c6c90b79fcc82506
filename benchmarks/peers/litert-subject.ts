/**
 * LiteRT.js as a subject of benchmarks: TensorFlow Lite in WebAssembly, with sharp for the pictures.
 *
 *   litert-subject.ts MODULES WASM
 *
 * It is made for browsers. Node.js runs it as soon as it finds what it looks for there: `self`, a way to run its loader's script, and a
 * number of processors, each of which gets a worker.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { drive, type LoadRequest, type SubjectAnswer, type SubjectRequest, serveSubject } from '@edge/bench'
import { inspectTflite, readTflite } from '@edge/model/tflite'
import { bestClasses, classifyEach } from './classes.js'
import { normalised, ofPicture, pixelsOf, SIDE } from './lite0-pictures.js'

// What of @litertjs/core is used: it is not among the repository's own dependencies.
interface Litert {
  loadLiteRt(directory: string, options: { readonly threads: boolean }): Promise<unknown>
  loadAndCompile(model: Uint8Array, options: CompileOptions): Promise<CompiledModel>
  readonly Tensor: new (values: Values, shape: readonly number[]) => Tensor
}
interface CompileOptions {
  readonly accelerator: 'wasm'
  readonly cpuOptions: { readonly numThreads: number }
}
interface CompiledModel {
  getInputDetails(): readonly { readonly dtype: string }[]
  run(inputs: readonly Tensor[]): Promise<readonly Tensor[]>
  delete(): void
}
interface Tensor {
  data(): Promise<Values>
  delete(): void
}
type Values = Float32Array | Uint8Array | Int32Array

interface Opened {
  readonly load: LoadRequest
  readonly litert: Litert
  readonly model: CompiledModel
  readonly isFloat: boolean
  readonly prepared: Map<number, Tensor>
}

const [modules = '', wasm = ''] = process.argv.slice(2)
const require = createRequire(join(modules, 'package.json'))
const PACKAGE = '@litertjs/core'
// Node.js 20 has it behind a flag, later ones as browsers do: without it, there are no threads.
const RELAXED_SIMD = '--experimental-wasm-relaxed-simd'
const LAST_NODE_WITH_FLAG = 20

let opened: Opened | undefined

await serveSubject(async (request: SubjectRequest): Promise<SubjectAnswer> => {
  switch (request.ask) {
    case 'load':
      return await open(request)
    case 'run': {
      const { load, prepared } = need()
      const slots: (Tensor | undefined)[] = []
      const images: number[] = []
      return await drive(request, {
        prepare: async (image, slot) => {
          images[slot] = image
          if (!load.endToEnd) slots[slot] = await inputOf(image)
        },
        run: async (slot) => {
          if (load.endToEnd) await runPicture(images[slot] ?? 0)
          else await infer(slots[slot] ?? prepared.get(-1))
        },
      })
    }
    case 'classify':
      return await classifyEach(need().load.images, async (path) =>
        bestClasses(await logitsOf(path), request.topK),
      )
    case 'end':
      opened?.model.delete()
      opened = undefined
      return { answer: 'ended' }
  }
})
// Its workers would keep the process.
process.exit()

/** Opens a model; the WebAssembly's own compilation is part of it. */
async function open(load: LoadRequest): Promise<SubjectAnswer> {
  if (load.batch !== 1) throw new RangeError('LiteRT.js runs one picture at a time here')
  provideBrowserGlobals(load.threads)
  const begin = performance.now()
  const litert: Litert = await import(pathToFileURL(require.resolve(PACKAGE)).href)
  await litert.loadLiteRt(wasm, { threads: load.threads > 1 })
  const model = await litert.loadAndCompile(readFileSync(load.model), {
    accelerator: 'wasm',
    cpuOptions: { numThreads: load.threads },
  })
  const loadMs = performance.now() - begin
  const dtype = model.getInputDetails()[0]?.dtype
  if (dtype !== 'float32' && dtype !== 'uint8')
    throw new TypeError(`an input of ${dtype} is not supported here`)
  opened = { load, litert, model, isFloat: dtype === 'float32', prepared: new Map() }
  const zeros = tensorOf(Buffer.alloc(SIDE * SIDE * 3))
  opened.prepared.set(-1, zeros)
  const firstBegin = performance.now()
  await infer(zeros)
  const { version }: { version: string } = require(join(modules, 'node_modules', PACKAGE, 'package.json'))
  return {
    answer: 'loaded',
    version: `${PACKAGE} ${version}, WebAssembly`,
    loadMs,
    firstRunMs: performance.now() - firstBegin,
  }
}

function provideBrowserGlobals(threads: number): void {
  const [major = ''] = process.versions.node.split('.')
  if (Number(major) <= LAST_NODE_WITH_FLAG) setFlagsFromString(RELAXED_SIMD)
  const globals = {
    self: globalThis,
    importScripts: (path: string) => Object.assign(globalThis, { ModuleFactory: require(path) }),
    // Stdout is the protocol's, and its threads would write to it past console.log.
    Module: { print: console.error },
    navigator: { hardwareConcurrency: threads },
  }
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  }
}

/** One inference, and its output where JavaScript can read it. */
async function infer(input: Tensor | undefined): Promise<Values> {
  const [output] = await need().model.run([input ?? noTensor()])
  const values = await (output ?? noTensor()).data()
  output?.delete()
  return values
}

async function runPicture(image: number): Promise<Values> {
  const pixels = await ofPicture(image, pixelsOf(need().load.images[image] ?? ''))
  const input = tensorOf(pixels)
  try {
    return await infer(input)
  } finally {
    input.delete()
  }
}

/** A picture's tensor, decoded once. */
async function inputOf(image: number): Promise<Tensor | undefined> {
  const { load, prepared } = need()
  const path = load.images[image]
  if (path === undefined) return undefined
  const tensor = prepared.get(image) ?? tensorOf(await ofPicture(image, pixelsOf(path)))
  prepared.set(image, tensor)
  return tensor
}

/** Its int8 form takes a picture's bytes as they are. */
function tensorOf(pixels: Buffer): Tensor {
  const { litert, isFloat } = need()
  return new litert.Tensor(isFloat ? normalised(pixels) : new Uint8Array(pixels), [1, SIDE, SIDE, 3])
}

async function logitsOf(path: string): Promise<Float32Array> {
  const input = tensorOf(await pixelsOf(path))
  try {
    return realValues(await infer(input))
  } finally {
    input.delete()
  }
}

/** LiteRT.js does not tell how an output is quantized: the file does. */
function realValues(values: Values): Float32Array {
  if (values instanceof Float32Array) return values
  const [output] = inspectTflite(readTflite(readFileSync(need().load.model))).outputs
  const scale = output?.quantization?.scale[0] ?? 1
  const zeroPoint = output?.quantization?.zeroPoint[0] ?? 0
  return Float32Array.from(values, (value) => scale * (value - zeroPoint))
}

function noTensor(): never {
  throw new Error('there is no tensor')
}

function need(): Opened {
  if (opened === undefined) throw new Error('asked to run before a model was loaded')
  return opened
}
