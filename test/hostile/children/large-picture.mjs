// `node large-picture.mjs SMALL LARGE MAX_PIXELS`: what comes of the large picture, in what time and memory, and of the small one after
// it, as JSON. MAX_PIXELS is 0 for the default. JavaScript, so that nobody's loader is in the process.
import { EdgeError } from '@edge/errors'
import { preprocess } from '@edge/image'
import { Tensor } from '@edge/native'

const [small, large, maxPixels] = process.argv.slice(2)
const peak = () => process.resourceUsage().maxRSS / 1024
const tensor = () => {
  const info = { name: 'image', dtype: 'uint8', shape: [1, 8, 8, 3], bytes: 192 }
  return new Tensor(info, new ArrayBuffer(info.bytes), 0)
}

async function outcome(path, options = {}) {
  const input = tensor()
  try {
    await preprocess(path, input, options)
    return { code: 'written', largest: Math.max(...input.data) }
  } catch (error) {
    return error instanceof EdgeError ? { code: error.code, message: error.message } : { code: String(error) }
  }
}

await outcome(small)
const before = peak()
const began = performance.now()
const result = await outcome(large, maxPixels === '0' ? {} : { maxPixels: Number(maxPixels) })
const milliseconds = performance.now() - began
console.log(
  JSON.stringify({ ...result, milliseconds, megabytes: peak() - before, after: (await outcome(small)).code }),
)
