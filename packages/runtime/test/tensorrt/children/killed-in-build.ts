/** Is killed while it builds an engine. */
import { EngineCache } from '../../../src/tensorrt/engine-cache.js'

const [directory = ''] = process.argv.slice(2)
await new EngineCache(directory).getOrBuild({ model: 'm' }, 'm.onnx', async () => {
  process.kill(process.pid, 'SIGKILL')
  return await new Promise<never>(() => undefined)
})
