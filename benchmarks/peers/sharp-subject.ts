/**
 * sharp alone as a subject of benchmarks: decodes and resizes pictures as EfficientNet-Lite0 takes them, and runs no model. What another one
 * does end to end can be no faster than this.
 */
import { drive, type LoadRequest, type SubjectAnswer, type SubjectRequest, serveSubject } from '@edge/bench'
import sharp from 'sharp'
import { ofPicture, pixelsOf } from './lite0-pictures.js'

let loaded: LoadRequest | undefined

await serveSubject(async (request: SubjectRequest): Promise<SubjectAnswer> => {
  switch (request.ask) {
    case 'load': {
      if (!request.endToEnd || request.images.length === 0) {
        throw new RangeError('sharp works on pictures end to end only')
      }
      loaded = request
      const begin = performance.now()
      await decode(0)
      return {
        answer: 'loaded',
        version: `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`,
        loadMs: 0,
        firstRunMs: performance.now() - begin,
      }
    }
    case 'run': {
      const images: number[] = []
      return await drive(request, {
        prepare: (image, slot) => {
          images[slot] = image
        },
        run: async (slot) => void (await decode(images[slot] ?? 0)),
      })
    }
    case 'classify':
      throw new Error('sharp knows no classes')
    case 'end':
      return { answer: 'ended' }
  }
})

async function decode(image: number): Promise<Buffer> {
  if (loaded === undefined) throw new Error('asked to run before it was told of pictures')
  return await ofPicture(image, pixelsOf(loaded.images[image] ?? ''))
}
