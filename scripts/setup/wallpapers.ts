import { basename, join } from 'node:path'
import { copyFileAtomically } from './atomic-write.js'
import { runCommand } from './command.js'
import { wallpapersDirectory } from './paths.js'
import { readPins, type WallpaperPin } from './pins.js'
import type { Step } from './step.js'
import { placeVerified } from './verified-file.js'
import { inWorkDirectory } from './work-directory.js'

/** Where a wallpaper lies once it is fetched; `picture` is one of the pinned packages'. */
export const wallpaperPath = (picture: string): string => join(wallpapersDirectory, basename(picture))

async function fetchWallpapers({ package: name, version, sha256, pictures }: WallpaperPin): Promise<void> {
  await inWorkDirectory(async (work) => {
    // Downloads and unpacks without installing: what the packages depend on is not needed, and nobody has to be root.
    await runCommand('apt-get', ['download', '-q', `${name}=${version}`], { cwd: work })
    const archive = join(work, `${name}.deb`)
    await placeVerified(join(work, `${name}_${version}_all.deb`), archive, sha256)
    await runCommand('dpkg-deb', ['-x', archive, 'files'], { cwd: work })
    for (const picture of pictures)
      await copyFileAtomically(
        join(work, 'files', 'usr', 'share', 'backgrounds', picture),
        wallpaperPath(picture),
      )
  })
}

/**
 * Photographs of 1 to 24 megapixels out of Debian's packages of wallpapers, by `apt-get download`: for measurements, and for the tests
 * that can do without where no Debian of that version is.
 */
export const wallpapersStep: Step = {
  name: 'wallpapers',
  after: [],
  tools: [],
  plan: async () => {
    const { wallpapers } = readPins()
    return {
      key: [JSON.stringify(wallpapers)],
      inputs: [],
      outputs: wallpapers.flatMap(({ pictures }) => pictures.map(wallpaperPath)),
    }
  },
  make: async () => {
    const { wallpapers } = readPins()
    for (const wallpaper of wallpapers) await fetchWallpapers(wallpaper)
    return `${wallpapers.flatMap(({ pictures }) => pictures).length} wallpapers`
  },
}
