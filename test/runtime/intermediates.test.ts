/** Values inside EfficientNet-Lite0, given out as outputs, against what Python sees with all tensors preserved. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { exposeTensors, readTflite, writeTflite } from '@edge/model/tflite'
import { Session } from '@edge/runtime'
import { describe, expect, it } from 'vitest'
import { objectMember, objectsMember, stringMember } from '../../scripts/setup/json-value.js'
import { lite0Model, numbers, readGolden } from './golden.js'
import { fillWithPhotograph, relativeDifference } from './lite0.js'

describe('tensors inside EfficientNet-Lite0', () => {
  for (const kind of ['fp32', 'int8'] as const) {
    it(`hold what Python finds in them, ${kind}, by the built-in kernels`, async () => {
      const golden = objectMember(readGolden('lite0-intermediates'), kind, kind)
      const tensors = objectsMember(golden, 'tensors', kind)
      const names = tensors.map((record) => stringMember(record, 'name', kind))
      const model = writeTflite(exposeTensors(readTflite(readFileSync(lite0Model(kind))), names))
      const session = await Session.open(model, { xnnpack: false, threads: 1 })
      try {
        await fillWithPhotograph(session.input(), stringMember(golden, 'picture', kind))
        await session.run()
        for (const record of tensors) {
          const name = stringMember(record, 'name', kind)
          const output = session.output(name)
          expect(output).toMatchObject({ dtype: record.dtype, shape: record.shape })
          const stride = Number(record.stride)
          const sample = numbers(record.sample, name)
          if (output.is('float32')) {
            const found = output.data.filter((_, index) => index % stride === 0)
            expect(relativeDifference(found, sample), name).toBeLessThanOrEqual(1e-4)
          } else {
            expect([...output.data].filter((_, index) => index % stride === 0)).toEqual(sample)
            const { buffer, byteOffset, byteLength } = output.data
            const bytes = new Uint8Array(buffer, byteOffset, byteLength)
            expect(createHash('sha256').update(bytes).digest('hex'), name).toBe(record.sha256)
          }
        }
      } finally {
        await session.dispose()
      }
    })
  }
})
