import { csvField, printable } from '@edge/bench/text'
import type { ClassifyReporter } from './classify-reporter.js'

/**
 * A table as RFC 4180 has it: a line of titles, then one for each class of each picture. Pictures that fail have none; what is wrong with
 * them goes to standard error, and is left to others.
 */
export function csvReporter(stdout: NodeJS.WriteStream): ClassifyReporter {
  // To a terminal goes what people read; a file gets names as they are.
  const field = (text: string) => csvField(stdout.isTTY ? printable(text) : text)
  return {
    named() {},
    warned() {},
    opened() {
      stdout.write('source,rank,index,label,score\r\n')
    },
    classified(source, { classes }) {
      const rows = classes.map(
        ({ index, label, score }, rank) =>
          `${field(source)},${rank + 1},${index},${field(label)},${score}\r\n`,
      )
      stdout.write(rows.join(''))
    },
    failed() {},
    end() {},
  }
}
