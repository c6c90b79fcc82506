/** A model's graph, as far as it is walked: tensors by index or by name. */
export interface Graph<T> {
  readonly inputs: readonly T[]
  readonly outputs: readonly T[]
  /** Each after those whose results it takes. */
  readonly operators: readonly GraphOperator<T>[]
}

/** An operator of a graph. */
export interface GraphOperator<T> {
  readonly name: string
  readonly inputs: readonly T[]
  readonly outputs: readonly T[]
}

/**
 * Finds what goes into a classifier's last layer: the input of the last matrix multiplication or convolution before the first output.
 *
 * From the output on, operators are looked through that have one input which depends on the picture: activations, conversions,
 * reshapes, poolings, a bias that is added.
 *
 * @param products - names of the operators that multiply by weights.
 * @returns undefined where there is none, or the graph branches before.
 */
export function penultimate<T>(
  { inputs, outputs, operators }: Graph<T>,
  products: ReadonlySet<string>,
): T | undefined {
  const producers = new Map<T, GraphOperator<T>>()
  // Weights that are unpacked by an operator, as those of half precision are, have a producer like any other tensor.
  const ofPicture = new Set(inputs)
  for (const operator of operators) {
    const depends = operator.inputs.some((input) => ofPicture.has(input))
    for (const output of operator.outputs) {
      producers.set(output, operator)
      if (depends) ofPicture.add(output)
    }
  }
  const seen = new Set<T>()
  for (let tensor = outputs[0]; tensor !== undefined && !seen.has(tensor); ) {
    seen.add(tensor)
    const producer = producers.get(tensor)
    if (producer === undefined) return undefined
    const [data, other] = new Set(producer.inputs.filter((input) => ofPicture.has(input)))
    if (products.has(producer.name)) return data
    if (other !== undefined) return undefined
    tensor = data
  }
  return undefined
}
