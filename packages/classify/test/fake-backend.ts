import { type Backend, type BackendRequest, registerBackend, type TensorInfo } from '@edge/runtime'

/** What a {@link fakeModel} is to do. */
export interface FakeModel {
  readonly inputs?: readonly TensorInfo[]
  readonly outputs?: readonly TensorInfo[]
  /** Fills the outputs' memory from the inputs', and takes as long as it likes. */
  readonly run?: (input: ArrayBuffer, output: ArrayBuffer) => void | Promise<void>
}

/** What happened to the sessions of a fake. */
export interface FakeLog {
  opened: number
  disposed: number
  requests: number
  running: number
  mostRunning: number
  /** What the last session was opened with. */
  threads: number | undefined
}

/** Bytes that pass for a .tflite file: nobody but the fake opens them. */
export const MODEL_BYTES = Uint8Array.of(8, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33, 0, 0, 0, 0, 0, 0, 0, 0)

/** A uint8 picture of 4 × 4. */
export const PICTURE: TensorInfo = { name: 'image', dtype: 'uint8', shape: [1, 4, 4, 3], bytes: 48 }

/** `count` float scores. */
export function scores(count: number): TensorInfo {
  return { name: 'scores', dtype: 'float32', shape: [1, count], bytes: 4 * count }
}

/** Registers a backend that runs no vendor's library, and says what became of its sessions. */
export function fakeBackend(
  name: string,
  { inputs = [PICTURE], outputs = [scores(4)], run }: FakeModel,
): FakeLog {
  const log: FakeLog = { opened: 0, disposed: 0, requests: 0, running: 0, mostRunning: 0, threads: undefined }
  const createRequest = (): BackendRequest => {
    log.requests += 1
    const buffers = { inputs: allocate(inputs), outputs: allocate(outputs) }
    return {
      ...buffers,
      copies: 0,
      queueMs: 1,
      inferenceMs: 2,
      async run() {
        log.running += 1
        log.mostRunning = Math.max(log.mostRunning, log.running)
        const [input = new ArrayBuffer(0)] = buffers.inputs
        const [output = new ArrayBuffer(0)] = buffers.outputs
        try {
          await run?.(input, output)
        } finally {
          log.running -= 1
        }
      },
      runSync: () => {},
      cancel: () => false,
      dispose: async () => {},
    }
  }
  const backend: Backend = {
    name,
    formats: ['tflite'],
    describe: () => ({ name, available: true, formats: ['tflite'] }),
    async open(_, { threads }) {
      log.opened += 1
      log.threads = threads
      return {
        inputs,
        outputs,
        details: {},
        createRequest,
        async dispose() {
          log.disposed += 1
        },
      }
    },
  }
  registerBackend(backend)
  return log
}

function allocate(tensors: readonly TensorInfo[]): ArrayBuffer[] {
  return tensors.map(({ bytes }) => new ArrayBuffer(bytes))
}
