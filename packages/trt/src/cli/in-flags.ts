/** Options of the API that are flags here, and what they are called. */
const FLAGS: Readonly<Record<string, string>> = {
  labels: '--labels',
  labelOffset: '--label-offset',
  preset: '--preset',
  outputKind: '--output-kind',
  topK: '--top',
  threshold: '--threshold',
  allow: '--allow',
  deny: '--deny',
  backend: '--backend',
  threads: '--threads',
  precision: '--precision',
  // The only part of it that commands with other backends have.
  tensorrt: '--allow-host-code',
}

/** What the API advises and nobody can follow here, and what is left of it. */
const UNAVAILABLE: readonly (readonly [RegExp, string])[] = [
  [/, or raise the option maxPixels/, ''],
  [/, or use resize: \{[^}]*\}/, ''],
  [/, or run this one with Session/, ''],
  [/, the options mean and std, or a manifest/, ' by --preset, or a manifest'],
  [
    / ?Say which it is: the option layout\./,
    ' Say which it is in a manifest beside the model: input.layout.',
  ],
]

/**
 * A message of the API for whoever has a command line and no program: options by the names of their flags, and no advice that only a
 * program can follow.
 */
export function inFlags(message: string): string {
  let text = message
  for (const [advice, rest] of UNAVAILABLE) text = text.replace(advice, rest)
  return (
    text
      // What the API itself adds for the command line says it all.
      .replace(/(?:the option )?\w+(?:: -?\d+)? \(edge-trt: ([^)]*)\)/g, '$1')
      .replace(/\bthe options (\w+) and (\w+)/g, (phrase: string, one: string, other: string) => {
        const [first, second] = [FLAGS[one], FLAGS[other]]
        return first === undefined || second === undefined ? phrase : `${first} and ${second}`
      })
      .replace(/\b(?:the option|the preset) (\w+)/g, (phrase: string, name: string) =>
        phrase.startsWith('the preset') ? `--preset ${name}` : (FLAGS[name] ?? phrase),
      )
      .replace(/\b(and|Leave) labelOffset\b/g, '$1 --label-offset')
      .replace(/\btensorrt\.device\b/g, '--device')
      .replace(
        /\b(has no option|expected|found) (\w+)(?=; expected| for the \w+ )/g,
        (phrase: string, verb: string, name: string) =>
          FLAGS[name] === undefined ? phrase : `${verb} ${FLAGS[name]}`,
      )
      .replaceAll('tensorrt: { allowHostCode: true }', '--allow-host-code')
      .replace(/\bbackend "auto"/g, '--backend auto')
  )
}
