import { chooseBackend } from './backend.js'
import { type ModelLike, readModelSource } from './model-source.js'

/**
 * Whether the option `isolate` is to be had for a model: what `backend` comes to for it may try none in a child process.
 *
 * @param backend - a backend's name, or `auto`.
 * @throws EdgeError as `Session.open` does for the model's beginning and the backend's name.
 *
 * @experimental for packages of the project, and changes between versions.
 */
export async function canIsolate(model: ModelLike, backend: string): Promise<boolean> {
  const { format } = await readModelSource(model)
  return chooseBackend(backend, format).isolates !== false
}
