import { homedir, tmpdir } from 'node:os'
import { dirname } from 'node:path'

/** Something that was to be shown, and what was found. */
export interface Claim {
  readonly model: string
  readonly what: string
  /** `stated` has no bar; `not run` could not be looked at, and `found` is why. */
  readonly verdict: 'held' | 'FAILED' | 'stated' | 'not run'
  readonly found: string
}

/** What a program finds: told to a person line by line, and kept for the results. */
export class Claims {
  readonly #all: Claim[] = []
  #model = ''

  /** Begins with a model. */
  about(model: string): void {
    this.#model = model
    console.log(model)
  }

  judge(what: string, held: boolean, found: string): void {
    this.#add(what, held ? 'held' : 'FAILED', found)
  }

  state(what: string, found: string): void {
    this.#add(what, 'stated', found)
  }

  /** @param path - of the model, whose folder results do not tell. */
  notRun(what: string, why: string, path: string): void {
    const words = why.split('\n')[0] ?? ''
    this.#add(what, 'not run', pathless(words, [dirname(path), tmpdir(), homedir()]))
  }

  /** Tells how many did not hold. */
  close(): void {
    console.log(this.failures === 0 ? 'All held.' : `${this.failures} did not hold.`)
  }

  get all(): readonly Claim[] {
    return this.#all
  }

  get failures(): number {
    return this.#all.filter(({ verdict }) => verdict === 'FAILED').length
  }

  #add(what: string, verdict: Claim['verdict'], found: string): void {
    this.#all.push({ model: this.#model, what, verdict, found })
    console.log(`  ${verdict.padEnd(7)} ${what}: ${found}`)
  }
}

const pathless = (text: string, folders: readonly string[]): string =>
  folders.reduce((rest, folder) => (folder === '/' ? rest : rest.replaceAll(`${folder}/`, '')), text)
