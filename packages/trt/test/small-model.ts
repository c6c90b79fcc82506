import { enumValue, makeTable, type TfliteModel, type TfliteTable } from '@edge/model/tflite'

/** input → custom operator → hidden → RELU → output, all float32 [1, 3]. */
export function smallModel(names: readonly [string, string, string], custom = 'Own'): TfliteModel {
  const tensor = (name: string, more: Partial<TfliteTable<'Tensor'>> = {}) =>
    makeTable('Tensor', { name, shape: Int32Array.of(1, 3), hasRank: true, ...more })
  const operator = (opcodeIndex: number, input: number) =>
    makeTable('Operator', {
      opcodeIndex,
      inputs: Int32Array.of(input),
      outputs: Int32Array.of(input + 1),
    })
  const relu = enumValue('BuiltinOperator', 'RELU')
  const own = enumValue('BuiltinOperator', 'CUSTOM')
  return makeTable('Model', {
    version: 3,
    buffers: [makeTable('Buffer', {})],
    operatorCodes: [
      makeTable('OperatorCode', { builtinCode: own, deprecatedBuiltinCode: own, customCode: custom }),
      makeTable('OperatorCode', { builtinCode: relu, deprecatedBuiltinCode: relu }),
    ],
    subgraphs: [
      makeTable('SubGraph', {
        tensors: [
          tensor(names[0], { shapeSignature: Int32Array.of(-1, 3) }),
          tensor(names[1]),
          tensor(names[2]),
        ],
        inputs: Int32Array.of(0),
        outputs: Int32Array.of(2),
        operators: [operator(0, 0), operator(1, 1)],
      }),
    ],
  })
}
