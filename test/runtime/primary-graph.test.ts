/** A signature of another graph whose operator runs the primary one, where the buffers of requests are bound. */
import { readFileSync } from 'node:fs'
import { readTflite, writeTflite } from '@edge/model/tflite'
import { Session } from '@edge/runtime'
import { expect, it } from 'vitest'
import { tinyModel } from './golden.js'

/** The branches of an IF change places with the graph that has it: the primary graph negates, and the signature runs it. */
function model(): Uint8Array {
  const base = readTflite(readFileSync(tinyModel('control_if.tflite')))
  const [choosing, negating, other] = base.subgraphs ?? []
  const [signature] = base.signatureDefs ?? []
  const [operator] = choosing?.operators ?? []
  if (!choosing || !negating || !other || !signature || !operator) throw new Error('another model')
  const choice = {
    ...operator,
    builtinOptions: { type: 'IfOptions' as const, value: { thenSubgraphIndex: 0, elseSubgraphIndex: 2 } },
  }
  return writeTflite({
    ...base,
    subgraphs: [negating, { ...choosing, operators: [choice] }, other],
    signatureDefs: [{ ...signature, signatureKey: 'chosen', subgraphIndex: 1 }],
  })
}

it.each([true, false])('leaves requests of the primary graph usable, xnnpack %s', async (xnnpack) => {
  const session = await Session.open(model(), { xnnpack })
  try {
    const primary = session.createRequest()
    const chosen = session.createRequest({ signature: 'chosen' })
    chosen.input('upwards', 'bool').data[0] = 1
    for (const value of [1, 2]) {
      primary.input(0, 'float32').data.fill(value)
      await primary.run()
      expect(primary.output(0, 'float32').data).toEqual(primary.output(0, 'float32').data.map(() => -value))
      chosen.input('values', 'float32').data.fill(value + 10)
      await chosen.run()
      expect([...chosen.output('result', 'float32').data].every((found) => found === -value - 10)).toBe(true)
    }
    await primary.dispose()
    // It runs where the disposed request's buffers were bound.
    chosen.input('values', 'float32').data.fill(5)
    await chosen.run()
    expect(chosen.output('result', 'float32').data[0]).toBe(-5)
  } finally {
    await session.dispose()
  }
})
