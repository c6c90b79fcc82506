import type { ModelResult, ResultFile } from './schema.js'

/** Is told of a contradiction: where, what would have been right, and what is there. Does not return. */
export type Contradiction = (place: string, expected: string, found: string) => never

/** What no schema says of one field alone: lists that belong together are of one length, what is referred to is there. */
export function checkConsistency({ models, ratios, images }: ResultFile, contradicted: Contradiction): void {
  const ids = new Set<string>()
  for (const [index, model] of models.entries()) {
    const place = `models[${index}]`
    if (ids.has(model.id)) contradicted(`${place}.id`, 'ids that differ', `${JSON.stringify(model.id)} twice`)
    ids.add(model.id)
    checkSamples(model, images.length, place, contradicted)
  }
  for (const [index, { id, to }] of ratios.entries()) {
    for (const [field, name] of [['id', id] as const, ['to', to] as const]) {
      if (!ids.has(name)) contradicted(`ratios[${index}].${field}`, 'the id of a model', JSON.stringify(name))
    }
  }
}

function checkSamples(
  { samplesMs, samplesAtMs, rounds, samplesOf, latencyMs }: ModelResult,
  images: number,
  place: string,
  contradicted: Contradiction,
): void {
  const count = samplesMs.length
  const lists = { samplesAtMs, rounds, ...(samplesOf.length > 0 && { samplesOf }) }
  for (const [name, list] of Object.entries(lists)) {
    if (list.length !== count) {
      contradicted(`${place}.${name}`, `${count} entries, as many as samplesMs has`, String(list.length))
    }
  }
  const outside = samplesOf.find((image) => image >= images)
  if (outside !== undefined) {
    contradicted(`${place}.samplesOf`, `indices of ${images} images`, String(outside))
  }
  for (const [name, extreme] of Object.entries({ min: latencyMs?.min, max: latencyMs?.max })) {
    if (extreme !== undefined && extreme.index >= count) {
      contradicted(`${place}.latencyMs.${name}.index`, `an index of ${count} samples`, String(extreme.index))
    }
  }
}
