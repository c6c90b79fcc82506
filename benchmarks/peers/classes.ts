import type { Classified } from '@edge/bench'
import { messageOf } from './lite0-pictures.js'

type Classes = Extract<Classified['pictures'][number], { classes: unknown }>['classes']

/** The best classes of one picture's logits, best first. */
export function bestClasses(logits: Float32Array, topK: number): Classes {
  const scores = softmax(logits)
  const best = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0)).slice(0, topK)
  return best.map((index) => ({ index, score: scores[index] ?? 0 }))
}

/** Classes of each picture; of one that fails, why. */
export async function classifyEach(
  paths: readonly string[],
  classify: (path: string) => Promise<Classes>,
): Promise<Classified> {
  const pictures: Classified['pictures'] = []
  for (const path of paths) {
    try {
      pictures.push({ classes: await classify(path) })
    } catch (error) {
      pictures.push({ error: { code: 'Error', message: messageOf(error) } })
    }
  }
  return { answer: 'classified', pictures }
}

function softmax(logits: Float32Array): Float32Array {
  const most = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const exponents = logits.map((logit) => Math.exp(logit - most))
  const total = exponents.reduce((a, b) => a + b, 0)
  return exponents.map((exponent) => exponent / total)
}
