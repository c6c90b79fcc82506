/** Trained models that other people made, against Python's TFLite: all that packages of theirs carry. */
import { basename } from 'node:path'
import { EdgeError } from '@edge/errors'
import { Session, type Tensor } from '@edge/runtime'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  asObject,
  type JsonObject,
  objectMember,
  objectsMember,
  stringMember,
} from '../../scripts/setup/json-value.js'
import { thirdPartyModels } from '../../scripts/setup/third-party-models.js'
import { lite0Model, numbers, readGolden } from './golden.js'
import { fillWithPhotograph } from './lite0.js'

const SIZE = 224
const golden = readGolden('third-party')
const records = new Map(
  objectsMember(golden, 'models', 'models').map((record) => [
    stringMember(record, 'model', 'models'),
    record,
  ]),
)
const paths = thirdPartyModels()
let pixels: Uint8Array

beforeAll(async () => {
  const session = await Session.open(lite0Model('int8'))
  const input = session.input(0, 'uint8')
  await fillWithPhotograph(input, stringMember(golden, 'picture', 'third-party'))
  pixels = input.data.slice()
  await session.dispose()
})

/** As scripts/models/test-models/third_party.py: each pixel is one of the photograph's. */
function fillStretched(input: Tensor<'float32'>): void {
  const [, height = 0, width = 0] = input.shape
  let at = 0
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = (Math.floor((y * SIZE) / height) * SIZE + Math.floor((x * SIZE) / width)) * 3
      for (let channel = 0; channel < 3; channel += 1) {
        input.data[at] = (pixels[from + channel] ?? 0) / 255
        at += 1
      }
    }
  }
}

async function compare(path: string, xnnpack: boolean, expected: JsonObject): Promise<void> {
  const session = await Session.open(path, { xnnpack, threads: 1 })
  try {
    const [input] = objectsMember(expected, 'inputs', path)
    expect(session.inputs).toMatchObject([{ name: input?.name, dtype: input?.dtype, shape: input?.shape }])
    fillStretched(session.input(0, 'float32'))
    await session.run()
    const outputs = objectsMember(expected, 'outputs', path)
    expect(session.outputs.map(({ name, shape }) => ({ name, shape }))).toEqual(
      outputs.map(({ name, shape }) => ({ name, shape })),
    )
    outputs.forEach((record, place) => {
      const { data, name } = session.output(place, 'float32')
      const stride = Number(record.stride)
      const sample = numbers(record.sample, name)
      const found = data.filter((_, index) => index % stride === 0)
      expect(found.length, name).toBe(sample.length)
      const largest = Number(record.largest)
      const apart = Math.max(...sample.map((value, index) => Math.abs((found[index] ?? Number.NaN) - value)))
      expect(apart / largest, name).toBeLessThanOrEqual(1e-4)
    })
  } finally {
    await session.dispose()
  }
}

describe('trained models of @mediapipe packages', () => {
  it('are all known to the golden outputs', () => {
    expect(paths.map((path) => basename(path))).toEqual([...records.keys()])
    expect(paths.length).toBeGreaterThanOrEqual(5)
  })

  describe.each(paths.map((path) => [basename(path), path] as const))('%s', (model, path) => {
    const record = asObject(records.get(model), model)

    it.each([
      ['xnnpack', true],
      ['builtin', false],
    ] as const)(
      'gives what Python gives, by the kernels of %s, or names the operator',
      async (kind, xnnpack) => {
        const expected = objectMember(record, kind, path)
        if (expected.refused === undefined) {
          await compare(path, xnnpack, expected)
          return
        }
        const operator = /custom op: (\w+)/.exec(String(expected.refused))?.[1] ?? 'no operator'
        const refusal = await Session.open(path, { xnnpack }).catch((error: unknown) => error)
        expect(refusal).toBeInstanceOf(EdgeError)
        expect(refusal).toMatchObject({
          code: 'MODEL_UNSUPPORTED',
          message: expect.stringContaining(operator),
        })
      },
    )
  })
})
