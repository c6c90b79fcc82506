import { Random } from '../../src/statistics/random.js'

const FRAGMENTS: readonly string[] = [
  '</script>',
  '<script>window.hacked = true</script>',
  '<img src=x onerror="window.hacked = true">',
  '<!--',
  '-->',
  ']]>',
  '"',
  "'",
  '" onmouseover="window.hacked = true',
  '&amp;',
  '&lt;',
  'javascript:window.hacked=true',
  'https://example.com/a.js',
  '[a](https://example.com)',
  '![a](https://example.com/a.png)',
  '|',
  '\\',
  '`',
  '*bold*',
  '_it_',
  '~~gone~~',
  '# head',
  '- item',
  '1. item',
  '$x$',
  '@user',
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  ',',
  ';',
  '\n',
  '\r\n',
  '\t',
  '\u0000',
  '\u001b[31m',
  '\u202e',
  '\u2028',
  '\ud800',
  '\uffff',
  '{a|b}',
  '{b}',
  '%s',
  '$' + '{x}',
  '猫',
  'é',
  ' ',
  'model',
]

/** Text as nobody should call a model, and somebody will: whatever ends, begins or steers something in any of the reports. */
export function hostileTexts(count: number, seed: number): readonly string[] {
  const random = new Random(seed, 'hostile text')
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + random.below(5) }, () => random.choice(FRAGMENTS)).join(''),
  )
}

/** Each fragment by itself. */
export const hostileFragments = FRAGMENTS
