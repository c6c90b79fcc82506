import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { type ImageSource, type PreprocessOptions, preprocess } from '@edge/image'
import { type OnnxDataTypeName, onnxDataTypeId, onnxMessage } from '@edge/model/onnx'
import { Tensor } from '@edge/native'
import { type DeviceTimes, Session, type TensorRtOptions } from '@edge/runtime'
import { model, node, value } from '../../packages/runtime/test/onnx-models.js'

/** Gives every value of a picture back, twice as large, in float32 or float16. */
export function seeingModel(
  shape: readonly number[],
  dtype: OnnxDataTypeName & ('float32' | 'float16' | 'uint8' | 'int8'),
): Uint8Array {
  const isReal = dtype === 'float32' || dtype === 'float16'
  const to = { name: 'to', type: 2, i: BigInt(onnxDataTypeId('float32')) }
  const cast = onnxMessage('NodeProto', {
    ...{ opType: 'Cast', input: ['picture'], output: ['real'] },
    attribute: [onnxMessage('AttributeProto', to)],
  })
  const read = isReal ? 'picture' : 'real'
  return model({
    input: [value('picture', shape, dtype)],
    output: [value('seen', shape, isReal ? dtype : 'float32')],
    node: [...(isReal ? [] : [cast]), node('Add', [read, read], ['seen'])],
  })
}

/** Opens a model on the doubles, to preprocess on the GPU unless told otherwise. */
export function open(content: Uint8Array, tensorrt: TensorRtOptions = {}): Promise<Session> {
  return Session.open(content, {
    backend: 'tensorrt',
    tensorrt: { engineCache: false, preprocessOnGpu: true, ...tensorrt },
  })
}

/** What the GPU made of a picture for the model, what the model made of that, and what the parts took. */
export interface Seen {
  readonly input: Buffer
  readonly output: readonly number[]
  readonly device: DeviceTimes | undefined
}

/** Brings a picture into a model by the GPU. */
export async function seen(session: Session, source: ImageSource, options: PreprocessOptions): Promise<Seen> {
  const request = session.createRequest()
  try {
    await preprocess(source, request.input(), options)
    const { device } = await request.run()
    const input = Buffer.from(Buffer.from(request.input().buffer))
    return { input, output: Array.from(request.output().data, Number), device }
  } finally {
    await request.dispose()
  }
}

/** What the processor makes of a picture for the same model. */
export async function onProcessor(
  session: Session,
  source: ImageSource,
  options: PreprocessOptions,
): Promise<Buffer> {
  const [info] = session.inputs
  if (info === undefined) throw new Error('the model has no input')
  const tensor = new Tensor(info, new ArrayBuffer(info.bytes), 0)
  await preprocess(source, tensor, options)
  return Buffer.from(tensor.buffer)
}

/**
 * Memory that the doubles' GPU reads, and its address, which nothing tells JavaScript: it lies before a page that nobody may touch, and has
 * the contents that the tensor has.
 *
 * @param session - one whose tensors are mapped.
 */
export function deviceMemory(session: Session): { readonly bytes: Uint8Array; readonly address: bigint } {
  const bytes = new Uint8Array(session.input().buffer)
  for (let at = 0; at < MARK; at += 1) bytes[at] = (at * 97 + 41) & 255
  const memory = openSync('/proc/self/mem', 'r')
  try {
    const found = endsBeforeGuards().flatMap((end) => addressesOf(bytes.subarray(0, MARK), memory, end))
    // What was copied meanwhile, this does not change.
    bytes[0] = 7
    const [address, other] = found.filter((candidate) => read(memory, candidate, 1)[0] === 7)
    if (address === undefined || other !== undefined) throw new Error('the memory was not found')
    return { bytes, address }
  } finally {
    closeSync(memory)
  }
}

const MARK = 64
const SEARCHED = 128n * 1024n
/** To which the doubles, and the driver, align. */
const ALIGNMENT = 256

/** Where writable memory ends at memory that nobody may touch. */
function endsBeforeGuards(): { readonly start: bigint; readonly end: bigint }[] {
  const lines = readFileSync('/proc/self/maps', 'utf8').split('\n')
  return lines.flatMap((line, index) => {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw-p/.exec(line) ?? []
    if (!lines[index + 1]?.startsWith(`${to}-`) || !lines[index + 1]?.includes(' ---p ')) return []
    return [{ start: BigInt(`0x${from}`), end: BigInt(`0x${to}`) }]
  })
}

function addressesOf(
  mark: Uint8Array,
  memory: number,
  { start, end }: { readonly start: bigint; readonly end: bigint },
): bigint[] {
  const first = end - start > SEARCHED ? end - SEARCHED : start
  const bytes = read(memory, first, Number(end - first))
  const places = Array.from({ length: bytes.length / ALIGNMENT }, (_, block) => block * ALIGNMENT)
  return places.filter((at) => bytes.subarray(at, at + MARK).equals(mark)).map((at) => first + BigInt(at))
}

function read(memory: number, address: bigint, count: number): Buffer {
  const bytes = Buffer.alloc(count)
  readSync(memory, bytes, 0, count, address)
  return bytes
}
