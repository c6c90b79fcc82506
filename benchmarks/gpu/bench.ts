/**
 * `pnpm bench:gpu [--model FILE.onnx]… [--runs N] [--transfer copied|mapped] [--out DIR | --keep]`: what the JavaScript API adds to a plain C++ loop
 * over the same engine file, inputs, transfer and graph setting, and to the GPU's own time; batch 1, with CUDA graphs and without. Exit code 0:
 * within both bars; 1: not, or the two do not compute the same; 77: there is no GPU or no TensorRT, and nothing was run.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { figureText, type Interval, intervalFigure } from '@edge/bench'
import { buildEngine, type Request, type RunTiming, Session } from '@edge/runtime'
import { writeResults } from '../measure/result-file.js'
import { inTurns } from '../measure/turns.js'
import { difference, fillInputs, TOLERANCE } from './answers.js'
import { Claims } from './claims.js'
import { timeFrames } from './frames.js'
import { BEYOND_BAR_US, type Latency, latencyOf, type OwnRound, RATIO_BAR } from './latency.js'
import { modelName, readSetting } from './setting.js'
import { loopProgram, type RunWay, TensorRtLoop } from './tensorrt-loop.js'

const ROUNDS = 40
const PRECISION = 'fp16'

const setting = readSetting(2000)
const { models, runs, out, device, transfer } = setting
const major = Number.parseInt(setting.tensorrt.version, 10)
const perRound = Math.ceil(runs / Math.min(ROUNDS, runs))
const rounds = Math.ceil(runs / perRound)
const claims = new Claims()
const results: (RunWay & { readonly model: string; readonly latency: Latency })[] = []

/** A round of ours. What has to be waited for is; the rest is not, not even for a moment. */
async function own(run: () => RunTiming | Promise<RunTiming>): Promise<OwnRound> {
  const hostMs: number[] = []
  const gpuMs: number[] = []
  for (let i = 0; i < perRound; i += 1) {
    const begin = performance.now()
    const running = run()
    const { device: times } = running instanceof Promise ? await running : running
    hostMs.push(performance.now() - begin)
    if (times === undefined) throw new Error('a run told no times of the GPU')
    gpuMs.push(times.copyInMs + times.computeMs + times.copyOutMs)
  }
  return { hostMs, gpuMs }
}

async function prepare(request: Request, loop: TensorRtLoop): Promise<void> {
  fillInputs(request, 0)
  for (const [index] of request.inputs.entries()) {
    const { data } = request.input(index, 'float32')
    await loop.fill(index, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  // Three at least: the graph is recorded at the second.
  for (let run = 0; run < Math.max(3, runs / 10); run += 1) await request.run()
  await loop.each(Math.max(3, Math.ceil(runs / 10)))
}

/** How far apart the two's first outputs are: who computes something else may be as fast as it likes. */
async function apart(request: Request, loop: TensorRtLoop): Promise<number> {
  const theirs = Uint8Array.from(await loop.output(0))
  return difference(request.output(0, 'float32').data, new Float32Array(theirs.buffer))
}

const interval = (one: Interval): string => figureText(intervalFigure(one))

async function measure(model: string, plan: string, way: RunWay): Promise<void> {
  const name = `${transfer}, ${way.graph ? 'CUDA graph' : 'no graph'}`
  const session = await Session.open(plan, { backend: 'tensorrt', tensorrt: way })
  const loop = new TensorRtLoop(
    { tensorrt: setting.tensorrt.path, major, cuda: setting.cuda.path, plan },
    way,
  )
  try {
    const request = session.createRequest()
    await prepare(request, loop)
    const part = await apart(request, loop)
    claims.judge(`${name}: the same outputs as the C++ loop`, part <= TOLERANCE, part.toExponential(1))
    if (way.graph && request.graphRefusal !== undefined) {
      claims.notRun(name, `runs are no CUDA graph, since ${request.graphRefusal}`, plan)
      return
    }
    const sides = [
      () => own(() => request.run()),
      () => own(() => request.runSync()),
      async (): Promise<OwnRound> => ({ hostMs: await loop.each(perRound), gpuMs: [] }),
    ]
    const [run = [], runSync = [], theirs = []] = await inTurns(sides, rounds)
    const latency = latencyOf({ run, runSync, loop: theirs.map(({ hostMs }) => hostMs) })
    results.push({ model, ...way, latency })
    const { runMs, runSyncMs, loopMs, gpuMs, ratio, runRatio, beyondUs } = latency
    claims.state(
      `${name}: milliseconds`,
      `await run() ${interval(runMs)}, runSync() ${interval(runSyncMs)}, C++ loop ${interval(loopMs)}, GPU ${interval(gpuMs)}`,
    )
    claims.judge(
      `${name}: runSync() against the C++ loop`,
      latency.withinRatio,
      `${interval(ratio)} × of ${RATIO_BAR}`,
    )
    claims.judge(
      `${name}: await run() beyond the GPU's time`,
      latency.withinBeyond,
      `${interval(beyondUs)} µs of ${BEYOND_BAR_US}`,
    )
    claims.state(`${name}: await run() against the C++ loop`, `${interval(runRatio)} ×`)
  } finally {
    loop.close()
    await session.dispose()
  }
}

async function measureModel(path: string, directory: string): Promise<void> {
  claims.about(modelName(path))
  const { plan } = await buildEngine(path, { precision: PRECISION })
  const file = join(directory, `${modelName(path)}.engine`)
  writeFileSync(file, plan)
  for (const graph of [true, false]) await measure(modelName(path), file, { transfer, graph })
  await timeFrames(claims, file, { backend: 'tensorrt', tensorrt: { transfer } }, rounds)
}

if (!existsSync(loopProgram(major))) {
  console.error(`There is no C++ loop for TensorRT ${major}: pnpm build makes it.`)
  process.exit(1)
}
const directory = mkdtempSync(join(tmpdir(), 'gpu-bench-'))
try {
  for (const path of models) await measureModel(path, directory)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
claims.close()
const bars = { ratio: RATIO_BAR, beyondUs: BEYOND_BAR_US }
const measured = { device, precision: PRECISION, rounds, runsPerRound: perRound, bars, results }
console.log(`Written to ${await writeResults('gpu', { ...measured, claims: claims.all }, out)}`)
if (claims.failures > 0) process.exitCode = 1
