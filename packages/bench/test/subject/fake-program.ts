import { fileURLToPath } from 'node:url'
import type { SubjectProgram } from '../../src/subject/subject-process.js'

const fake = fileURLToPath(new URL('fake-subject.mjs', import.meta.url))

/** What a fake subject does, as `fake-subject.mjs` describes it. */
export interface Fake {
  /** How it fails, if it does. */
  readonly does?: string
  /** What a run takes, in milliseconds. */
  readonly ms?: number
  readonly log?: string
  readonly at?: number
  readonly noise?: { readonly seed: number; readonly round: number; readonly sample: number }
  readonly waitMs?: number
  readonly real?: boolean
  readonly slowWarmUp?: number
  readonly undecodable?: readonly number[]
  readonly classes?: readonly number[]
  readonly version?: string
  readonly buildMs?: number
}

/** The program of a fake subject. */
export function fakeProgram({ does = 'well', ms = 1, ...more }: Fake = {}): SubjectProgram {
  return {
    name: 'fake',
    command: process.execPath,
    args: [fake, does, String(ms), JSON.stringify(more)],
  }
}
