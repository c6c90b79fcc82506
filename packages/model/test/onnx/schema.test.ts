import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import protobuf from 'protobufjs'
import { expect, it } from 'vitest'
import type { Field } from '../../src/onnx/field-types.js'
import { ONNX_SCHEMA } from '../../src/onnx/schema.js'

const file = fileURLToPath(new URL('../../../../.cache/onnx-tests/onnx-ml.proto', import.meta.url))
if (!existsSync(file)) throw new Error(`${file} is missing: pnpm run setup --only onnx-tests fetches it`)

// Messages inside others have names of their own here.
const OURS: Readonly<Record<string, string>> = {
  'TensorProto.Segment': 'SegmentProto',
  'TensorShapeProto.Dimension': 'DimensionProto',
  'TypeProto.Map': 'MapTypeProto',
  'TypeProto.Opaque': 'OpaqueTypeProto',
  'TypeProto.Optional': 'OptionalTypeProto',
  'TypeProto.Sequence': 'SequenceTypeProto',
  'TypeProto.SparseTensor': 'TensorTypeProto',
  'TypeProto.Tensor': 'TensorTypeProto',
}
// Of the first drafts of functions; ONNX has reserved their numbers since.
const RESERVED = new Set(['FunctionProto.sinceVersion', 'FunctionProto.status'])

/** ONNX's own statement of its fields: `Message.field` with number, type, cardinality and group. */
function stated(): Map<string, string> {
  const { root } = protobuf.parse(readFileSync(file, 'utf8'))
  root.resolveAll()
  const fields = new Map<string, string>()
  const visit = (namespace: protobuf.NamespaceBase): void => {
    for (const nested of namespace.nestedArray) {
      if (nested instanceof protobuf.Type) {
        for (const field of nested.fieldsArray) {
          const inner = field.resolvedType
          const type = inner instanceof protobuf.Type ? ourName(inner) : inner === null ? field.type : 'int32'
          const cardinality = field.repeated ? (field.packed ? 'packed' : 'many') : 'one'
          const group = field.partOf === null ? '' : field.partOf.name
          fields.set(`${ourName(nested)}.${field.name}`, `${field.id} ${type} ${cardinality} ${group}`)
        }
      }
      if (nested instanceof protobuf.Namespace) visit(nested)
    }
  }
  visit(root)
  return fields
}

function ourName(type: protobuf.Type): string {
  const name = type.fullName.replace(/^\.onnx\./, '')
  return OURS[name] ?? name
}

it('the schema says what ONNX says, and nothing else', () => {
  const ours = new Map<string, string>()
  for (const [message, fields] of Object.entries<Record<string, Field>>(ONNX_SCHEMA)) {
    for (const [name, { id, type, cardinality, oneOf }] of Object.entries(fields)) {
      if (!RESERVED.has(`${message}.${name}`))
        ours.set(`${message}.${name}`, `${id} ${type} ${cardinality} ${oneOf ?? ''}`)
    }
  }
  const theirs = stated()
  expect(theirs.size).toBeGreaterThan(130)
  expect([...ours].sort()).toEqual([...theirs].sort())
})
