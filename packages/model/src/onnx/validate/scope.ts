/** The names that can be used at one point of a graph: its own so far, and those of the graphs around it. */
export class Scope {
  readonly #own = new Map<string, string>()

  constructor(readonly outer?: Scope) {}

  /** Makes a name known; `origin` says what it names. */
  define(name: string, origin: string): void {
    this.#own.set(name, origin)
  }

  /** What a name of this graph stands for. */
  own(name: string): string | undefined {
    return this.#own.get(name)
  }

  /** What a name stands for, here or around. */
  find(name: string): string | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.outer) {
      const origin = scope.#own.get(name)
      if (origin !== undefined) return origin
    }
    return undefined
  }
}
