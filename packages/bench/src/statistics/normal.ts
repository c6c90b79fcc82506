import { optionOutOfRange } from '@edge/errors'

const density = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)

/** P(X > x) of x ≥ 3 by Laplace's continued fraction (Abramowitz and Stegun 26.2.14), from its end. */
function upperTail(x: number): number {
  let fraction = x
  for (let term = 100; term >= 1; term--) fraction = x + term / fraction
  return density(x) / fraction
}

/**
 * P(X ≤ x) of the standard normal distribution: near the middle ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …) (Abramowitz and Stegun 26.2.11,
 * Marsaglia 2004), further out by a continued fraction, so that small probabilities keep their digits.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) throw optionOutOfRange('x', 'a number', x)
  if (x > 3) return 1 - upperTail(x)
  if (x < -3) return upperTail(-x)
  let term = x
  let sum = x
  for (let odd = 3; Math.abs(term) > Math.abs(sum) * 1e-17; odd += 2) {
    term *= (x * x) / odd
    sum += term
  }
  return 0.5 + density(x) * sum
}

/** Coefficients of x⁰, x¹, …, by Horner's rule. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0)
}

// Of Wichura's algorithm AS 241, PPND16: near the middle, in the tails, and far out.
const MIDDLE = {
  over: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
    67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  under: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
}
const TAIL = {
  over: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  under: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
}
const FAR = {
  over: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  under: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
}

/**
 * The x with P(X ≤ x) = p of the standard normal distribution: Wichura (1988), algorithm AS 241, relative error about 10⁻¹⁶.
 *
 * @param p - above 0 and below 1.
 * @throws EdgeError `INVALID_ARGUMENT` for another.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw optionOutOfRange('p', 'a number above 0 and below 1', p)
  const fromMiddle = p - 0.5
  if (Math.abs(fromMiddle) <= 0.425) {
    const x = 0.180625 - fromMiddle * fromMiddle
    return (fromMiddle * polynomial(MIDDLE.over, x)) / polynomial(MIDDLE.under, x)
  }
  const distance = Math.sqrt(-Math.log(Math.min(p, 1 - p)))
  const [part, x] = distance <= 5 ? [TAIL, distance - 1.6] : [FAR, distance - 5]
  return (Math.sign(fromMiddle) * polynomial(part.over, x)) / polynomial(part.under, x)
}
