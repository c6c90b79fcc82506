// Controls, line separators, what is no character at all, and what formats text without being seen: above all what turns its direction
// around. The joiners of emoji and of Persian are part of words.
const UNPRINTABLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu

/** Text with such characters written out: the name of a file must not steer the terminal, nor pass for another name. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16)
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
  })
}
