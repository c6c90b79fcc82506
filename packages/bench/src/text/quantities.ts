const THOUSANDS = ['', 'k', 'M', 'G', 'T'] as const

/** A whole number for eyes: `4,631,000`. */
export function grouped(count: number): string {
  return written(count, 0)
}

/** A size in bytes for eyes, in units of a thousand: `396 B`, `150.5 kB`, `5.3 MB`. */
export function byteSize(bytes: number): string {
  return scaled(bytes, 'B')
}

/** A count for eyes: `896`, `385.2 M`. */
export function magnitude(count: number): string {
  return scaled(count, '').trimEnd()
}

function scaled(value: number, unit: string): string {
  let [rest, step] = [value, 0]
  // What would be rounded to 1,000.0 is 1.0 of the next unit.
  while (rest >= (step === 0 ? 1000 : 999.95) && step < THOUSANDS.length - 1) {
    rest /= 1000
    step += 1
  }
  return `${written(rest, step === 0 ? 0 : 1)} ${THOUSANDS[step]}${unit}`
}

/** As Intl.NumberFormat writes it in English, whose data take longer to load than all the rest of a command. */
function written(value: number, places: number): string {
  return value.toFixed(places).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}
