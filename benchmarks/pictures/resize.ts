/**
 * `pnpm bench:resize`: a decoded picture of 12 megapixels to a tensor of 224 × 224, against what sharp takes to resize the same pixels to
 * raw ones, which are no tensor yet.
 */
import { preprocess } from '@edge/image'
import { Session } from '@edge/runtime'
import sharp from 'sharp'
import { efficientnetDirectory } from '../../scripts/setup/paths.js'
import { writeResults } from '../measure/result-file.js'
import { meetsBar, type Row, rowOf, table } from '../measure/table.js'
import { inPairs, timed } from '../measure/turns.js'
import { wallpaperCrops } from './wallpapers.js'

const ROUNDS = 30
const BAR = 1.05
const KERNELS = { bilinear: 'linear', bicubic: 'cubic', lanczos: 'lanczos3' } as const

/** Decoded once: neither side decodes while it is timed. */
async function decoded(path: string) {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height, channels: 3 as const }
}

async function compare(
  pictures: readonly Awaited<ReturnType<typeof decoded>>[],
  kernel: keyof typeof KERNELS,
  session: Session,
): Promise<Row> {
  const tensor = session.input()
  const side = tensor.shape[1] ?? 0
  const ours = () =>
    timed(async () => {
      for (const picture of pictures) {
        await preprocess(picture, tensor, {
          preset: 'raw',
          resize: { fit: 'stretch', kernel, antialias: true },
        })
      }
    })
  const theirs = () =>
    timed(async () => {
      for (const { data, width, height, channels } of pictures) {
        await sharp(data, { raw: { width, height, channels } })
          .resize({ width: side, height: side, fit: 'fill', kernel: KERNELS[kernel] })
          .raw()
          .toBuffer()
      }
    })
  const rounds = await inPairs(ours, theirs, ROUNDS)
  const each = (nanoseconds: readonly number[]) => nanoseconds.map((value) => value / 1e3 / pictures.length)
  const name = `12 megapixels to ${side} × ${side}, ${kernel}`
  return { ...rowOf(name, { ours: each(rounds.ours), reference: each(rounds.reference) }), bar: BAR }
}

const crops = await wallpaperCrops()
// One of each photograph.
const pictures = await Promise.all(crops.filter((path) => path.endsWith('-3.jpg')).map(decoded))
const session = await Session.open(`${efficientnetDirectory}/efficientnet_lite0_int8.tflite`)
const rows: Row[] = []
for (const kernel of ['bilinear', 'bicubic', 'lanczos'] as const)
  rows.push(await compare(pictures, kernel, session))
await session.dispose()
console.log(table(rows))
console.log(`Written to ${await writeResults('resize', { rows })}`)
if (rows.some((row) => meetsBar(row) === false)) process.exitCode = 1
