import { basename, extname, join } from 'node:path'
import { cacheDirectory, photographsDirectory, testPhotographsDirectory } from './paths.js'
import { photosStep } from './photos.js'
import { readPins } from './pins.js'
import { pythonStep, runPython } from './python.js'
import { inRepository } from './stamp.js'
import type { Step } from './step.js'
import { testPhotosStep } from './test-photos.js'
import { wallpaperPath, wallpapersStep } from './wallpapers.js'

const script = inRepository('scripts', 'models', 'accuracy', 'crops.py')

/** Pictures that are classified whole and in crops, by us and by Python. */
export interface PictureSet {
  readonly name: 'photographs' | 'wallpapers' | 'labelled'
  readonly pictures: readonly string[]
  /** Paths of the crops, made by a step of set-up. */
  readonly crops: readonly string[]
}

/** What Python says is on all of them: a file for each set. */
export const accuracyGoldenDirectory = inRepository('test', 'golden', 'accuracy')

const cropsDirectory = (name: PictureSet['name']): string => join(cacheDirectory, 'crops', name)

function pictureSet(name: PictureSet['name'], pictures: readonly string[], count: number): PictureSet {
  const cropOf = (picture: string, number: number): string => {
    const ending = extname(picture)
    return join(cropsDirectory(name), `${basename(picture, ending)}-${number}${ending}`)
  }
  return {
    name,
    pictures,
    crops: pictures.flatMap((picture) =>
      Array.from({ length: count }, (_, number) => cropOf(picture, number)),
    ),
  }
}

/** The photographs of set-up and of its tests. */
export function photographSet(): PictureSet {
  const { photographs, testPhotographs } = readPins()
  return pictureSet(
    'photographs',
    [
      ...photographs.map(({ file }) => join(photographsDirectory, file)),
      ...testPhotographs.map(({ file }) => join(testPhotographsDirectory, file)),
    ],
    4,
  )
}

/** The twenty of ImageNet among them, whole. */
export function labelledSet(): PictureSet {
  const pictures = photographSet().pictures.filter((path) => basename(path).startsWith('imagenet_'))
  return { name: 'labelled', pictures, crops: [] }
}

/** The wallpapers: large photographs, which JPEG's decoder can be asked to make smaller. */
export function wallpaperSet(): PictureSet {
  const { wallpapers } = readPins()
  return pictureSet(
    'wallpapers',
    wallpapers.flatMap(({ pictures }) => pictures.map(wallpaperPath)),
    6,
  )
}

const cropStep = (name: string, after: readonly Step[], setOf: () => PictureSet): Step => ({
  name,
  after: [pythonStep, ...after],
  tools: ['python'],
  plan: async () => {
    const { pictures, crops } = setOf()
    return { key: crops.map((path) => basename(path)), inputs: [script, ...pictures], outputs: crops }
  },
  make: async () => {
    const { name, pictures, crops } = setOf()
    await runPython([script, cropsDirectory(name), String(crops.length / pictures.length), ...pictures])
    return `${crops.length} crops of ${pictures.length} pictures`
  },
})

/** Crops of the photographs. */
export const cropsStep = cropStep('crops', [photosStep, testPhotosStep], photographSet)

/** Crops of the wallpapers. */
export const wallpaperCropsStep = cropStep('wallpaper-crops', [wallpapersStep], wallpaperSet)
