/** The floor: a plain loop over TensorFlow Lite's C functions (native/bench/tflite_loop.cc), as a subject of benchmarks. Its input is made up. */
import { readFileSync } from 'node:fs'
import { type SubjectAnswer, type SubjectRequest, serveSubject } from '@edge/bench'
import { NativeLoop } from '../overhead/native-loop.js'

const library = process.argv[2] ?? ''
const NS_PER_MS = 1e6
let loop: NativeLoop | undefined

await serveSubject(async (request: SubjectRequest): Promise<SubjectAnswer> => {
  switch (request.ask) {
    case 'load': {
      if (request.batch !== 1) throw new RangeError('the C++ loop runs one picture at a time')
      loop = new NativeLoop(library, request.model, request.threads)
      const firstNs = await loop.run(1)
      const openNs = await loop.open()
      return {
        answer: 'loaded',
        version: 'TensorFlow Lite’s C API',
        loadMs: openNs / NS_PER_MS,
        firstRunMs: firstNs / NS_PER_MS,
      }
    }
    case 'run': {
      if (request.inFlight !== 1) throw new RangeError('the C++ loop runs one inference after another')
      // Timed by itself, without a question between two: threads that wait for the next would fall asleep meanwhile.
      let begin = performance.now()
      const samplesMs = (await need().each(request.images.length)).map((ns) => ns / NS_PER_MS)
      const beginsMs = samplesMs.map((ms) => {
        begin += ms
        return begin - ms
      })
      return {
        answer: 'ran',
        samplesMs,
        beginsMs,
        nowMs: performance.now(),
        peakRssBytes: peakOf(need().pid),
      }
    }
    case 'classify':
      throw new Error('the C++ loop takes no pictures')
    case 'end':
      loop?.close()
      return { answer: 'ended' }
  }
})

function need(): NativeLoop {
  if (loop === undefined) throw new Error('asked to run before a model was loaded')
  return loop
}

function peakOf(pid: number | undefined): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kibibytes ?? 0) * 1024
}
