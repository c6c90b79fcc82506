import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { runCommand } from '../../scripts/setup/command.js'
import { cacheDirectory } from '../../scripts/setup/paths.js'

/** Debian's packages with photographs of more than 12 megapixels, and the SHA-256 of each. */
const PACKAGES = [
  {
    name: 'lomiri-wallpapers-20.04',
    version: '20.04.0-2',
    sha256: 'd44e89b8473aafe64a5b678f014862dc31335aaaf18665c544d985d854f1a709',
  },
  {
    name: 'mate-backgrounds',
    version: '1.26.0-1',
    sha256: '7bf4c2209f34b4f61ba6d24c8b58c28b361e82e4b943aae6d42c030169af9e04',
  },
] as const

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
 * once; `apt-get download` fetches the packages, without installing them.
 */
export async function wallpaperCrops(): Promise<readonly string[]> {
  if (!existsSync(directory)) await makeCrops()
  return (await readdir(directory)).sort().map((name) => join(directory, name))
}

async function makeCrops(): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'edge-trt-wallpapers-'))
  const fresh = `${directory}.${process.pid}.tmp`
  try {
    for (const { name, version, sha256 } of PACKAGES) {
      await runCommand('apt-get', ['download', '-q', `${name}=${version}`], { cwd: work })
      const archive = `${name}_${version}_all.deb`
      const found = createHash('sha256')
        .update(await readFile(join(work, archive)))
        .digest('hex')
      if (found !== sha256) throw new Error(`${archive} has the SHA-256 ${found}, pinned is ${sha256}`)
      await runCommand('dpkg-deb', ['-x', archive, 'files'], { cwd: work })
    }
    await mkdir(fresh, { recursive: true })
    for (const [place, picture] of PICTURES.entries()) {
      await cropsOf(join(work, 'files', 'usr', 'share', 'backgrounds', picture), place, fresh)
    }
    await rename(fresh, directory)
  } finally {
    await rm(work, { recursive: true, force: true })
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
