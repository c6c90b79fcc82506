/** ONNX's own operators go by two names. */
export function domainOf(domain: string | undefined): string {
  return domain === undefined || domain === 'ai.onnx' ? '' : domain
}

/** What tells functions, and the nodes that call them, apart. */
export function functionKey(
  domain: string | undefined,
  name: string | undefined,
  overload: string | undefined,
): string {
  return JSON.stringify([domainOf(domain), name ?? '', overload ?? ''])
}
