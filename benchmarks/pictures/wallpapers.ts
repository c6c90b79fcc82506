import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { cacheDirectory } from '../../scripts/setup/paths.js'
import { runSteps } from '../../scripts/setup/step.js'
import { wallpaperPath, wallpapersStep } from '../../scripts/setup/wallpapers.js'

/** Those of more than 12 megapixels. */
const PICTURES = [
  'Kleiber_by_Lukas_Baubkus.jpg',
  'Infinite-Sea_by_Aury88.jpg',
  'Painting-Colors_by__herobrine7gamer.jpg',
  'mate/abstract/Elephants_5640x3172.jpg',
]

const WIDTH = 4000
const HEIGHT = 3000
const CROPS_EACH = 10
const QUALITY = 93

const directory = join(cacheDirectory, 'benchmarks', 'crops')

/**
 * Forty crops of 12 megapixels out of real photographs, at different places, as JPEG of quality 93: what a camera gives. They are made
 * once.
 */
export async function wallpaperCrops(): Promise<readonly string[]> {
  if (!existsSync(directory)) await makeCrops()
  return (await readdir(directory)).sort().map((name) => join(directory, name))
}

async function makeCrops(): Promise<void> {
  await runSteps([wallpapersStep])
  const fresh = `${directory}.${process.pid}.tmp`
  try {
    await mkdir(fresh, { recursive: true })
    for (const [place, picture] of PICTURES.entries()) await cropsOf(wallpaperPath(picture), place, fresh)
    await rename(fresh, directory)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

async function cropsOf(picture: string, place: number, target: string): Promise<void> {
  const { width = 0, height = 0 } = await sharp(picture).metadata()
  for (let crop = 0; crop < CROPS_EACH; crop += 1) {
    const left = Math.round(((width - WIDTH) * crop) / (CROPS_EACH - 1))
    // Not along one line: every other crop comes from the other end.
    const top = Math.round(((height - HEIGHT) * ((crop * 7) % CROPS_EACH)) / (CROPS_EACH - 1))
    await sharp(picture)
      .extract({ left, top, width: WIDTH, height: HEIGHT })
      .jpeg({ quality: QUALITY })
      .toFile(join(target, `${place}-${crop}.jpg`))
  }
}
