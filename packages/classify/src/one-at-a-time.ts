import { EdgeError } from '@edge/errors'
import type { Session } from '@edge/runtime'

/**
 * Has a session take one picture at a time where its batch is open and begins larger: engines are built to be fastest for a batch of theirs.
 * Where the engine's profiles do not allow one, everything stays, and the shape is refused where it is looked at.
 */
export async function takeOneAtATime(session: Session): Promise<void> {
  const [input, other] = session.inputs
  if (input === undefined || other !== undefined) return
  const [batch, ...one] = input.shape
  if (batch === undefined || batch <= 1 || input.shapeSignature?.[0] !== -1) return
  try {
    await session.resize({ [input.name]: [1, ...one] })
  } catch (error) {
    if (!(error instanceof EdgeError) || error.code !== 'SHAPE_MISMATCH') throw error
  }
}
