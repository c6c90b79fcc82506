/** What a photograph shows, as the float32 model has to see it. */
export interface Expectation {
  /** File in the folder of the photographs. */
  readonly file: string
  /** What a person calls it. */
  readonly shown: string
  /** ImageNet classes that are right; empty where ImageNet has none for it. */
  readonly classes: readonly number[]
}

export const expectations: readonly Expectation[] = [
  // 281 tabby, 282 tiger cat, 285 Egyptian cat: the cat is one of them, and nobody can say which.
  { file: 'chelsea.png', shown: 'a cat', classes: [281, 282, 285] },
  { file: 'coffee.png', shown: 'an espresso', classes: [967] },
  { file: 'rocket.jpg', shown: 'a rocket', classes: [657] },
  { file: 'china.jpg', shown: 'a palace', classes: [698] },
  { file: 'motorcycle_left.png', shown: 'a moped', classes: [665] },
  { file: 'flower.jpg', shown: 'a dahlia, which is no ImageNet class', classes: [] },
]
