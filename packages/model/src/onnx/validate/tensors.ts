import { dataLength } from '../external-files.js'
import { externalReference, isExternal } from '../external-reference.js'
import type { SparseTensorProto, TensorProto } from '../schema.js'
import { checkTensorData, elementCount, onnxTensorData } from '../tensor-data.js'
import type { ModelContext } from './context.js'
import { invalid } from './invalid.js'

/** Checks that a tensor has data of its type, as many as its shape asks for, and where they are if they are external. */
export function validateTensor(tensor: TensorProto, place: string, context: ModelContext): void {
  checkTensorData(tensor, (rule, expected, found) => invalid(place, `the tensor ${rule}`, expected, found))
  if (!isExternal(tensor)) return
  const { location, offset } = externalReference(tensor, place)
  const end = offset + dataLength(tensor, place)
  const bytes = context.externalFileBytes?.get(location)
  if (bytes !== undefined && end > bytes) {
    throw invalid(
      place,
      `the tensor's data end outside ${location}`,
      `at most ${bytes} bytes`,
      String(end),
      'Copy or download the data file again.',
    )
  }
}

/** Checks a sparse tensor: as many indices as values, each inside the shape, in ascending order. */
export function validateSparseTensor(sparse: SparseTensorProto, place: string, context: ModelContext): void {
  const { values, indices, dims } = sparse
  if (values === undefined) throw invalid(place, 'a sparse tensor has no values', 'values', 'none')
  validateTensor(values, `${place}.values`, context)
  const total = elementCount(dims)
  if (total === undefined || dims.length === 0) {
    throw invalid(
      place,
      'a sparse tensor has an impossible shape',
      'dimensions above 0',
      `[${[...dims].join(', ')}]`,
    )
  }
  if (values.dims.length !== 1) {
    throw invalid(`${place}.values`, 'they are not a list', 'one dimension', `${values.dims.length}`)
  }
  const count = Number(values.dims[0] ?? 0n)
  if (indices === undefined) {
    if (count > 0) throw invalid(place, 'a sparse tensor has no indices', `${count} of them`, 'none')
    return
  }
  validateTensor(indices, `${place}.indices`, context)
  // External ones are looked at when they are loaded.
  if (isExternal(indices)) return
  const { dtype, shape, bytes } = onnxTensorData(indices, `${place}.indices`)
  const isLinear = shape.length === 1
  if (
    dtype !== 'int64' ||
    shape[0] !== count ||
    !(isLinear || (shape.length === 2 && shape[1] === dims.length))
  ) {
    throw invalid(
      `${place}.indices`,
      'they do not fit the values',
      `int64 of shape [${count}] or [${count}, ${dims.length}]`,
      `${dtype} of shape [${shape.join(', ')}]`,
    )
  }
  validateIndices(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), isLinear, sparse, place)
}

function validateIndices(
  view: DataView,
  isLinear: boolean,
  { dims }: SparseTensorProto,
  place: string,
): void {
  const width = isLinear ? 1 : dims.length
  const total = dims.reduce((product, dim) => product * dim, 1n)
  let previous = -1n
  for (let entry = 0; entry * width * 8 < view.byteLength; entry++) {
    let position = 0n
    for (let axis = 0; axis < width; axis++) {
      const index = view.getBigInt64((entry * width + axis) * 8, true)
      const limit = isLinear ? total : (dims[axis] ?? 0n)
      if (index < 0n || index >= limit) {
        throw invalid(
          `${place}.indices`,
          `number ${entry} is outside the shape`,
          `0 to ${limit - 1n}`,
          String(index),
        )
      }
      position = isLinear ? index : position * limit + index
    }
    if (position <= previous) {
      throw invalid(
        `${place}.indices`,
        `number ${entry} is out of order`,
        'ascending indices',
        String(position),
      )
    }
    previous = position
  }
}
