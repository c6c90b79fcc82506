/**
 * What to call a model in messages: a path as it is; what stands for bytes in memory, "(18545440 bytes in memory)", needs a word before
 * it.
 */
export function modelName(source: string): string {
  return source.startsWith('(') ? `the model ${source}` : source
}
