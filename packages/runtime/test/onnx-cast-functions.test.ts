import { castOnnxToHalf, type ModelProto, onnxMessage, validateOnnx, writeOnnx } from '@edge/model/onnx'
import { describe, expect, it } from 'vitest'
import { Session } from '../src/index.js'
import { floats, modelOf, node, value } from './onnx-models.js'

const opset = (domain: string) =>
  onnxMessage('OperatorSetIdProto', { domain, version: domain === '' ? 21n : 1n })
const call = (opType: string, input: readonly string[], output: string) =>
  onnxMessage('NodeProto', { opType, domain: 'local', name: `to ${output}`, input, output: [output] })

const third = onnxMessage('AttributeProto', { name: 'value_float', type: 1, f: 1 / 3 })

/** `Outer(a, b) = a + Third(b)`, `Third(c) = c × ⅓`, and one that gives back what it is given. */
const given: ModelProto = {
  ...modelOf({
    input: [value('x', [2]), value('y', [2])],
    output: [value('sum', [2]), value('same', [2])],
    initializer: [floats('w', [2], [0.1, 1000.1])],
    node: [
      node('Mul', ['x', 'w'], ['scaled']),
      call('Outer', ['scaled', 'y'], 'first'),
      call('Outer', ['y', 'first'], 'sum'),
      call('Same', ['sum'], 'same'),
    ],
  }),
  opsetImport: [opset(''), opset('local')],
  functions: [
    onnxMessage('FunctionProto', {
      name: 'Outer',
      domain: 'local',
      input: ['a', 'b'],
      output: ['c'],
      opsetImport: [opset(''), opset('local')],
      node: [call('Third', ['b'], 't'), node('Add', ['a', 't'], ['c'])],
    }),
    onnxMessage('FunctionProto', {
      name: 'Third',
      domain: 'local',
      input: ['c'],
      output: ['d'],
      opsetImport: [opset('')],
      node: [
        onnxMessage('NodeProto', { opType: 'Constant', output: ['k'], attribute: [third] }),
        node('Mul', ['c', 'k'], ['d']),
      ],
    }),
    onnxMessage('FunctionProto', {
      name: 'Same',
      domain: 'local',
      input: ['a'],
      output: ['b'],
      opsetImport: [opset('')],
      node: [node('Identity', ['a'], ['b'])],
    }),
  ],
}

async function answers(model: ModelProto): Promise<number[][]> {
  validateOnnx(model)
  const session = await Session.open(writeOnnx(model), { backend: 'onnxruntime', threads: 1 })
  try {
    session.input('x', 'float32').data.set([1, 2.5])
    session.input('y', 'float32').data.set([-0.7, 3])
    await session.run()
    return ['sum', 'same'].map((name) => [...session.output(name, 'float32').data])
  } finally {
    await session.dispose()
  }
}

describe('functions in float16', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['all of them', [], ['Outer_float16', 'Same_float16', 'Third_float16']],
    ['those that nothing keeps', ['Outer'], ['Outer', 'Same_float16', 'Third']],
    ['one of two calls', ['to first'], ['Outer', 'Outer_float16', 'Same_float16', 'Third', 'Third_float16']],
  ])('%s', async (_, keep, functions) => {
    const cast = castOnnxToHalf(given, { keep })
    expect(cast.model.functions.map(({ name }) => name).sort()).toEqual(functions)
    const [exact, made] = [await answers(given), await answers(cast.model)]
    for (const [index, values] of exact.entries()) {
      for (const [place, wanted] of values.entries()) {
        const found = made[index]?.[place] ?? Number.NaN
        expect(Math.abs(found - wanted)).toBeLessThanOrEqual(0.002 * Math.abs(wanted))
        expect(found).not.toBe(wanted)
      }
    }
  })
})
