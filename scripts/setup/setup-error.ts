/** A failure the person at the keyboard can act on: its message is printed alone, without a stack. */
export class SetupError extends Error {
  override readonly name = 'SetupError'
}
