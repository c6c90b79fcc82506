import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LineChild } from '../measure/line-child.js'

/** How both sides run an engine. */
export interface RunWay {
  /** Whether tensors are copied to the GPU and back, or read and written by it where they are. */
  readonly transfer: 'copied' | 'mapped'
  /** Whether an inference is launched as a CUDA graph. */
  readonly graph: boolean
}

/** What the loop loads. */
export interface LoopFiles {
  /** libnvinfer.so. */
  readonly tensorrt: string
  /** Its major version, of whose headers the loop is built. */
  readonly major: number
  /** libcuda.so.1. */
  readonly cuda: string
  /** A serialized engine. */
  readonly plan: string
}

/** The program for a major version of TensorRT; `pnpm build` makes it. */
export const loopProgram = (major: number): string =>
  fileURLToPath(new URL(`../../native/build/bench/tensorrt_loop_${major}`, import.meta.url))

/** The plain C++ loop over TensorRT, `native/bench/tensorrt_loop.cc`, in a process of its own that waits between rounds. */
export class TensorRtLoop {
  readonly #child: LineChild
  readonly #directory = mkdtempSync(join(tmpdir(), 'tensorrt-loop-'))

  constructor(files: LoopFiles, { transfer, graph }: RunWay) {
    const args = [files.tensorrt, files.cuda, files.plan, transfer, graph ? 'graph' : 'plain']
    this.#child = new LineChild(loopProgram(files.major), args, 'shown')
  }

  /** Fills an input; runs leave it as it is. */
  async fill(input: number, values: Uint8Array): Promise<void> {
    const file = join(this.#directory, 'input')
    writeFileSync(file, values)
    await this.#child.answer(`input ${input} ${file}`)
  }

  /** The bytes of an output, as the last run left them. */
  async output(output: number): Promise<Uint8Array> {
    const file = join(this.#directory, 'output')
    await this.#child.answer(`output ${output} ${file}`)
    return readFileSync(file)
  }

  /** Milliseconds of each of `count` runs that follow each other. */
  async each(count: number): Promise<number[]> {
    const answer = await this.#child.answer(`each ${count}`)
    return answer
      .trim()
      .split(' ')
      .map((nanoseconds) => Number(nanoseconds) / 1e6)
  }

  close(): void {
    this.#child.close()
    rmSync(this.#directory, { recursive: true, force: true })
  }
}
