/**
 * `pnpm bench:gpu [--model FILE.onnx]… [--runs N] [--out DIR]`: what one run costs beyond the GPU's own time, batch 1, as is. Exit code 0: within
 * the bar; 1: not; 77: there is no GPU or no TensorRT, and nothing was run.
 */
import { Session } from '@edge/runtime'
import { writeResults } from '../measure/result-file.js'
import { fillInputs, modelName, readSetting } from './setting.js'

/** Microseconds of a run that are not copies or computation on the GPU, in the median. */
const BAR_US = 60

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const { models, runs, out, device } = readSetting(2000)

async function measure(path: string) {
  const session = await Session.open(path, { backend: 'tensorrt', precision: 'fp16' })
  try {
    fillInputs(session, 0)
    const warm = Math.ceil(runs / 10)
    const host: number[] = []
    const gpu: number[] = []
    const beyond: number[] = []
    for (let run = 0; run < warm + runs; run += 1) {
      const start = performance.now()
      const { device: times } = await session.run()
      const ms = performance.now() - start
      if (run < warm || times === undefined) continue
      const onGpu = times.copyInMs + times.computeMs + times.copyOutMs
      host.push(ms)
      gpu.push(onGpu)
      beyond.push(1000 * (ms - onGpu))
    }
    return {
      model: modelName(path),
      runs,
      hostMs: median(host),
      gpuMs: median(gpu),
      beyondUs: median(beyond),
    }
  } finally {
    await session.dispose()
  }
}

const rows: Awaited<ReturnType<typeof measure>>[] = []
for (const path of models) rows.push(await measure(path))
console.table(rows)
console.log(`Written to ${await writeResults('gpu', { device, barUs: BAR_US, rows }, out)}`)
if (rows.some(({ beyondUs }) => !(beyondUs <= BAR_US))) process.exitCode = 1
