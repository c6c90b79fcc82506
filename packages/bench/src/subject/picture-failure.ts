/**
 * A picture that an inference could not be run on: it cannot be read, or decoded. Thrown by a subject, this tells the runner which one it was;
 * the runner then goes on without it.
 */
export class PictureFailure extends Error {
  /** Which of the pictures that the subject was loaded with. */
  readonly image: number
  readonly code: string

  constructor(image: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PictureFailure'
    this.image = image
    this.code = code
  }
}
