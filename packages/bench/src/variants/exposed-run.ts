import { FileMemory, type Preprocessing, preprocessWith } from '@edge/image'
import { Session, type SessionOptions } from '@edge/runtime'
import type { ComparedModel } from './compared-model.js'
import type { Layer } from './layers.js'
import { type RealValues, realValues } from './real-values.js'

/** A model, and what it takes to bring pictures through it. */
export interface LayerSource {
  readonly model: ComparedModel
  readonly preprocessing: Preprocessing
  readonly options: SessionOptions
}

/** A session that gives the results of some of a model's layers. */
export class ExposedRun {
  readonly #session: Session
  readonly #source: LayerSource
  readonly #layers: readonly Layer[]
  readonly #outputs: readonly number[]
  readonly #memory = new FileMemory()

  private constructor(
    session: Session,
    source: LayerSource,
    layers: readonly Layer[],
    outputs: readonly number[],
  ) {
    this.#session = session
    this.#source = source
    this.#layers = layers
    this.#outputs = outputs
  }

  /** @throws EdgeError as {@link Session.open}. */
  static async open(source: LayerSource, layers: readonly Layer[]): Promise<ExposedRun> {
    const { bytes, outputs } = source.model.expose(layers)
    return new ExposedRun(await Session.open(bytes, source.options), source, layers, outputs)
  }

  /** Brings a picture through the model. */
  async run(picture: string, signal: AbortSignal | undefined): Promise<void> {
    const { preprocessing } = this.#source
    await preprocessWith(preprocessing, picture, this.#session.input(), signal, this.#memory)
    await this.#session.run(signal === undefined ? {} : { signal })
  }

  /** What the last run left in a layer, and in which shape. */
  result(layer: number): { readonly values: RealValues; readonly shape: readonly number[] } {
    const tensor = this.#session.output(this.#outputs[layer] ?? -1)
    const exposed = this.#layers[layer]
    const { quantization } = (exposed && this.#source.model.factsOf(exposed)) ?? {}
    return { values: realValues(tensor, quantization), shape: tensor.shape }
  }

  async dispose(): Promise<void> {
    await this.#session.dispose()
  }
}
