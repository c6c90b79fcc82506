/** Has each request compute from other inputs than it was given: loaded before a program that is to find that. */
import { Request } from '@edge/runtime'

for (const name of ['run', 'runSync']) {
  const original = Request.prototype[name]
  Request.prototype[name] = function (...args) {
    this.input(0, 'float32').data.fill(7)
    return original.apply(this, args)
  }
}
