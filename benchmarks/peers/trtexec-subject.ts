/**
 * TensorRT's own trtexec as a subject of benchmarks: builds an engine of a .onnx model, and times inferences of it on made-up input.
 *
 *   trtexec-subject.ts TRTEXEC
 *
 * Each request is a process of trtexec of its own, which opens the engine anew: that time does not count, as its warm-up does not.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LoadRequest, type SubjectAnswer, type SubjectRequest, serveSubject } from '@edge/bench'
import { parseTrtexecTimes, precisionFlags, trtexecVersion } from './trtexec.js'

const [trtexec = ''] = process.argv.slice(2)
const directory = mkdtempSync(join(tmpdir(), 'edge-trtexec-'))
process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
const engine = join(directory, 'model.engine')
const times = join(directory, 'times.json')
const LAST_LINES = 20
const LOOK_MS = 20

let loaded: LoadRequest | undefined
let peakBytes = 0

await serveSubject(async (request: SubjectRequest): Promise<SubjectAnswer> => {
  switch (request.ask) {
    case 'load':
      return await build(request)
    case 'run': {
      if (loaded === undefined) throw new Error('asked to run before a model was loaded')
      if (request.inFlight !== 1 || request.arrivalsMs !== undefined) {
        throw new RangeError('trtexec is asked for one inference after another here')
      }
      await execute([`--loadEngine=${engine}`, ...timing(request.images.length)])
      const nowMs = performance.now()
      const ran = parseTrtexecTimes(readFileSync(times, 'utf8'), request.images.length)
      // Its clock begins when it likes: the last inference ended about when it did.
      const origin = nowMs - (ran.at(-1)?.endMs ?? 0)
      return {
        answer: 'ran',
        samplesMs: ran.map(({ latencyMs }) => latencyMs),
        beginsMs: ran.map(({ beginMs }) => origin + beginMs),
        nowMs,
        peakRssBytes: peakBytes,
      }
    }
    case 'classify':
      throw new Error('trtexec takes no pictures')
    case 'end':
      return { answer: 'ended' }
  }
})

/** Loading is building the engine, which is most of it, and one inference. */
async function build(load: LoadRequest): Promise<SubjectAnswer> {
  if (load.batch !== 1) throw new RangeError('trtexec runs one picture at a time here')
  if (load.endToEnd) throw new RangeError('trtexec takes no pictures')
  const begin = performance.now()
  const output = await execute([
    `--onnx=${load.model}`,
    `--saveEngine=${engine}`,
    ...precisionFlags(load.precision),
    ...timing(1),
  ])
  const loadMs = performance.now() - begin
  const [first] = parseTrtexecTimes(readFileSync(times, 'utf8'), 1)
  loaded = load
  return {
    answer: 'loaded',
    version: `TensorRT ${trtexecVersion(output)}, trtexec`,
    loadMs,
    firstRunMs: first?.latencyMs ?? 0,
  }
}

/** So many inferences, and neither seconds nor a warm-up of trtexec's own: the runner decides on both. */
function timing(runs: number): string[] {
  return ['--warmUp=0', '--duration=0', `--iterations=${runs}`, '--useSpinWait', `--exportTimes=${times}`]
}

/** Runs trtexec to its end, and keeps the most memory that it had. */
async function execute(args: readonly string[]): Promise<string> {
  rmSync(times, { force: true })
  const child = spawn(trtexec, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const keep = (text: string): void => {
    output += text
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  const look = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid))
  }, LOOK_MS)
  try {
    const ended = await new Promise<string>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
    })
    if (ended === 'exit code 0') return output
    const words = output.trimEnd().split('\n').slice(-LAST_LINES).join('\n')
    throw new Error(`trtexec ended with ${ended}; it last wrote:\n${words}`)
  } finally {
    clearInterval(look)
  }
}

function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
  } catch {
    // It has ended.
    return 0
  }
}
