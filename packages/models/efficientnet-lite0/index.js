import { fileURLToPath } from 'node:url'

export function modelPath() {
  return fileURLToPath(new URL('./efficientnet_lite0_int8.tflite', import.meta.url))
}
