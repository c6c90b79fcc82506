import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { machineFiles } from '../../src/telemetry/file-access.js'
import { machinePrograms, type ProgramRunner } from '../../src/telemetry/programs.js'
import type { TelemetryRoots } from '../../src/telemetry/roots.js'
import { LATE, type Lateness } from '../../src/telemetry/sensor-file.js'
import type { RecordedMachine } from './machines.js'

/** What a program of `fake-program.mjs` does. */
export interface FakeProgram {
  /** Lines that it writes one after another, over and over, at the interval that its options ask for. */
  readonly lines?: readonly string[]
  /** What it writes at once before it ends. */
  readonly once?: string
  /** Ends after so many lines, with exit code 1. */
  readonly endAfter?: number
  /** Refuses arguments that hold this text: with exit code 2, and the text on stdout as nvidia-smi does. */
  readonly refuses?: string
  /** Writes one line and then nothing more. */
  readonly silent?: boolean
  /** Is deaf to SIGTERM. */
  readonly deaf?: boolean
}

/** A machine that is there as a directory, and can be changed. */
export interface MadeMachine {
  readonly roots: TelemetryRoots
  /** Writes a file that was recorded. */
  write(path: string, text: string): Promise<void>
  /** Has a file fail from now on, with this code; or be well again. */
  fail(path: string, code: string | undefined): void
  /** When all sensors that are asked have answered, but for those that hang: whatever has not is late. */
  late(): Lateness
  /** Has a file never answer until the function that is returned is called. */
  hang(path: string): () => void
  remove(): Promise<void>
}

/**
 * Makes a directory of a recorded machine.
 *
 * @param runner - runs its programs: in this process, which is quicker, or as child processes.
 */
export async function makeMachine(
  { files, links = {}, errors = {} }: RecordedMachine,
  programs: Readonly<Record<string, FakeProgram>> = {},
  runner: (programs: Readonly<Record<string, FakeProgram>>) => ProgramRunner = playedPrograms,
): Promise<MadeMachine> {
  const root = await mkdtemp(join(tmpdir(), 'edge-machine-'))
  const ending = (path: string, text: string) =>
    /^(sys|proc)\//.test(path) && !text.endsWith('\0') ? `${text}\n` : text
  // A hundred small files, one after another: faster without going through other threads.
  const directories = new Set(Object.keys(files).map(dirname))
  for (const directory of directories) mkdirSync(join(root, directory), { recursive: true })
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), ending(path, text))
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    symlinkSync(target, join(root, path))
  }
  const failing = new Map(Object.entries(errors).map(([path, code]) => [join(root, path), code]))
  const hanging = new Map<string, Promise<void>>()
  const opened = new Map<number, string>()
  let asked = 0
  const counted = async <T>(answer: Promise<T>): Promise<T> => {
    asked += 1
    try {
      return await answer
    } finally {
      asked -= 1
    }
  }
  const allAnswered = async (): Promise<typeof LATE> => {
    // One answer may be asked for after another: it is over when for some turns of the event loop none was.
    for (let quiet = 0; quiet < 5; quiet = asked === 0 ? quiet + 1 : 0) await new Promise(setImmediate)
    return LATE
  }
  return {
    roots: {
      ...{ sys: join(root, 'sys'), proc: join(root, 'proc'), etc: join(root, 'etc'), var: join(root, 'var') },
      run: runner(programs),
      files: {
        async open(path) {
          const file = await counted(machineFiles.open(path))
          opened.set(file, path)
          return file
        },
        async read(file, into) {
          const path = opened.get(file) ?? ''
          await hanging.get(path)
          const code = failing.get(path)
          if (code !== undefined) throw Object.assign(new Error(`${code}: read`), { code })
          return counted(machineFiles.read(file, into))
        },
        close: machineFiles.close,
      },
    },
    write: (path, text) => writeFile(join(root, path), ending(path, text)),
    fail(path, code) {
      if (code === undefined) failing.delete(join(root, path))
      else failing.set(join(root, path), code)
    },
    late: () => ({ late: allAnswered(), cancel: () => {} }),
    hang(path) {
      let answer = () => {}
      hanging.set(
        join(root, path),
        new Promise((resolve) => {
          answer = resolve
        }),
      )
      return () => {
        hanging.delete(join(root, path))
        answer()
      }
    },
    remove: () => rm(root, { recursive: true, force: true }),
  }
}

const fake = fileURLToPath(new URL('fake-program.mjs', import.meta.url))

/** Plays fake programs in this process; others are not installed. */
function playedPrograms(programs: Readonly<Record<string, FakeProgram>>): ProgramRunner {
  const isRefused = ({ refuses }: FakeProgram, args: readonly string[]): boolean =>
    refuses !== undefined && args.some((arg) => arg.includes(refuses))
  return {
    async output(program, args) {
      const behaviour = programs[program]
      if (behaviour === undefined) return { failed: `${program} is not installed` }
      return isRefused(behaviour, args)
        ? { failed: `${program} failed: exit code 2` }
        : { stdout: behaviour.once ?? '' }
    },
    lines(program, args, onLine, onEnd) {
      const behaviour = programs[program]
      let timer: NodeJS.Immediate | undefined
      const next = (what: () => void) => {
        timer = setImmediate(what)
      }
      if (behaviour === undefined) next(() => onEnd(`${program} is not installed`, false))
      else if (isRefused(behaviour, args)) next(() => onEnd(`${program} ended: exit code 2`, true))
      else if (behaviour.endAfter === 0) next(() => onEnd(`${program} ended: exit code 1`, true))
      else next(() => behaviour.lines?.slice(0, 1).forEach(onLine))
      return { pid: undefined, end: async () => void clearImmediate(timer) }
    },
  }
}

/** Runs fake programs as real child processes; others are not installed. */
export function realPrograms(programs: Readonly<Record<string, FakeProgram>>): ProgramRunner {
  const command = (program: string, args: readonly string[]): [string, string[]] => {
    const behaviour = programs[program]
    if (behaviour === undefined) return [`${program}-that-is-not-there`, [...args]]
    return [process.execPath, [fake, JSON.stringify(behaviour), ...args]]
  }
  return {
    output: (program, args, limitMs) => machinePrograms.output(...command(program, args), limitMs),
    lines: (program, args, onLine, onEnd) => machinePrograms.lines(...command(program, args), onLine, onEnd),
  }
}
