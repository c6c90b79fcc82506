// Has sharp decode each picture that it is sent the path of, without any code of ours, as @edge/image has it done. JavaScript, so that
// nobody's loader is in the process.
import { readFileSync } from 'node:fs'
import sharp from 'sharp'

async function decode(path) {
  const bytes = readFileSync(path)
  const options = { autoOrient: true, failOn: 'warning', limitInputPixels: false }
  await sharp(bytes, options).metadata()
  for (const ignoreIcc of [true, false]) {
    const opened = sharp(bytes, { ...options, ignoreIcc })
    await opened
      .clone()
      .resize({ width: 8, height: 8, fit: 'fill' })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer()
    await opened.removeAlpha().toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer()
  }
  return 'decoded'
}

process.on('message', async ({ path }) => {
  process.send({ phase: 'sharp' })
  process.send({ answer: { outcome: await decode(path).catch((error) => error.message) } })
})
