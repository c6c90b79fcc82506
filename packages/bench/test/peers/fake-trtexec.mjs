// What trtexec looks like from outside: its flags, what it prints, and the file of times that it writes. It needs no GPU, and works on no model.
// Where the model's file says "broken", it fails as trtexec does where it cannot parse one.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'

const flags = new Map(
  process.argv.slice(2).map((argument) => {
    const [name, value = ''] = argument.split(/=(.*)/s)
    return [name, value]
  }),
)
const log = process.env.FAKE_TRTEXEC_LOG
if (log !== undefined) appendFileSync(log, `${JSON.stringify([...flags])}\n`)

const command = `TensorRT.trtexec [TensorRT v100300] # trtexec ${process.argv.slice(2).join(' ')}`
console.log(`&&&& RUNNING ${command}`)
function fail(why) {
  console.error(`[11/21/2026-12:00:00] [E] ${why}`)
  console.log(`&&&& FAILED ${command}`)
  process.exit(1)
}

const model = flags.get('--onnx')
const engine = flags.get('--loadEngine')
if (model !== undefined) {
  if (readFileSync(model, 'utf8').includes('broken')) fail('Failed to parse onnx file')
  writeFileSync(flags.get('--saveEngine'), 'an engine')
} else if (!existsSync(engine)) fail(`Error opening engine file: ${engine}`)

// It makes one more than it was asked for, as the real one may: the first, which takes long.
const times = []
for (let at = -1, begin = 0.5; at < Number(flags.get('--iterations')); at += 1) {
  const [h2d, compute, d2h] = [0.125, at < 0 ? 100 : 2 + at, 0.25]
  const end = begin + h2d + compute + d2h
  times.push({
    startEnqMs: begin - 0.25,
    endEnqMs: begin,
    startH2dMs: begin,
    endH2dMs: begin + h2d,
    startComputeMs: begin + h2d,
    endComputeMs: end - d2h,
    startD2hMs: end - d2h,
    endD2hMs: end,
    h2dMs: h2d,
    computeMs: compute,
    d2hMs: d2h,
    latencyMs: h2d + compute + d2h,
  })
  begin = end + 0.5
}
writeFileSync(flags.get('--exportTimes'), JSON.stringify(times))
console.log(`&&&& PASSED ${command}`)
