import { readTflite, type TfliteModel, writeTflite } from '@edge/model/tflite'
import { Random } from './random.js'
import { mutateStructure } from './structure.js'
import { mutateBytes, mutateWire } from './wire.js'

/** A model that mutants are made of. */
export interface Seed {
  readonly name: string
  readonly bytes: Uint8Array
}

export interface Mutant {
  /** Its number among those of one seed number. */
  readonly id: number
  readonly seedName: string
  /** What was changed. */
  readonly what: string
  readonly bytes: Uint8Array
}

/** How many mutants of a hundred are made on the level of bytes, and of FlatBuffers' own structure. */
const BYTES = 0.15
const WIRE = 0.15

/** Mutants of seed models: number `id` of seed number `seed` is the same in every run. */
export class Mutator {
  /** A model with more operators stands there more often: it has more to change. */
  readonly #models: readonly { readonly seed: Seed; readonly model: TfliteModel }[]
  readonly #seed: number

  constructor(seeds: readonly Seed[], seed: number) {
    this.#models = seeds.flatMap((entry) => {
      const model = readTflite(entry.bytes)
      const operators = (model.subgraphs ?? []).reduce(
        (sum, graph) => sum + (graph.operators?.length ?? 0),
        0,
      )
      return Array.from({ length: Math.max(1, operators) }, () => ({ seed: entry, model }))
    })
    this.#seed = seed
  }

  mutant(id: number): Mutant {
    const random = new Random(this.#seed, id)
    // A change may turn out not to be one, or make what cannot be written.
    for (;;) {
      const { seed, model } = random.pick(this.#models)
      const made = mutate(seed, model, random)
      if (made !== undefined) return { id, seedName: seed.name, ...made }
    }
  }
}

function mutate(
  { bytes }: Seed,
  model: TfliteModel,
  random: Random,
): { what: string; bytes: Uint8Array } | undefined {
  const level = random.next()
  if (level < BYTES) {
    const copy = bytes.slice()
    return { what: mutateBytes(copy, random), bytes: copy }
  }
  if (level < BYTES + WIRE) return mutateWire(bytes.slice(), random)
  const copy = structuredClone(model)
  const what = mutateStructure(copy, random)
  if (what === '') return undefined
  try {
    return { what, bytes: writeTflite(copy).slice() }
  } catch {
    // The writer refuses a value that its field cannot hold.
    return undefined
  }
}
