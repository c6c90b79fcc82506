import { writeCalibrationCache } from '@edge/model'
import { expect, it } from 'vitest'
import { describeGpus } from '../../src/engines.js'
import { buildEngine, Session } from '../../src/index.js'
import { doubling } from '../onnx-models.js'
import { useDoubles } from './doubles.js'

useDoubles(10)

/** The version of TensorRT that is here. */
function here(): string {
  const { tensorrt } = describeGpus()
  if ('problem' in tensorrt) throw new Error(tensorrt.problem.message)
  return tensorrt.version
}

it.each(['entropy', 'minMax'] as const)(
  'a table of ranges stands in for calibration by %s: no batch is asked for, and values are rounded by it',
  async (method) => {
    const ranges = new Map([
      ['data', 127],
      ['scores', 254],
    ])
    const cache = writeCalibrationCache({ tensorrt: here(), method, ranges })
    const { plan, calibrationBatches } = await buildEngine(doubling(), {
      precision: 'int8',
      tensorrt: { engineCache: false, calibration: { cache, method } },
    })
    expect(calibrationBatches).toBe(0)
    const session = await Session.open(plan)
    session.input(0, 'float32').data.set([3.4, 1000])
    await session.run()
    // 127 steps on either side of 0: of 1 at the input, of 2 at the output.
    expect([...session.output(0, 'float32').data]).toEqual([6, 254])
    await session.dispose()
  },
)
