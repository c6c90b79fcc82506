import { readFileSync } from 'node:fs'
import {
  type JsonObject,
  objectMember,
  objectsMember,
  parseObject,
  stringMember,
  stringsMember,
} from './json-value.js'
import { SetupError } from './setup-error.js'

/** A TFLite library inside a Maven artifact, and the platform package it goes to. */
export interface LibraryPin {
  readonly package: string
  readonly classifier: string
  readonly member: string
  readonly sha256: string
}

/** A file inside a Python wheel. */
export interface WheelFilePin {
  /** Name it gets. */
  readonly file: string
  /** First part of the wheel's file name. */
  readonly wheel: string
  /** Path inside the wheel. */
  readonly member: string
  readonly sha256: string
}

/** A Debian package of wallpapers. */
export interface WallpaperPin {
  readonly package: string
  readonly version: string
  /** Of the package's file. */
  readonly sha256: string
  /** The pictures that are taken out of it, as paths below /usr/share/backgrounds. */
  readonly pictures: readonly string[]
}

export interface Pins {
  readonly tflite: {
    /** group:artifact:version */
    readonly artifact: string
    /** group:artifact:version of the Maven plugin that unpacks it. */
    readonly unpackPlugin: string
    readonly libraries: readonly LibraryPin[]
  }
  readonly photographs: readonly WheelFilePin[]
  /** More photographs, labelled ones among them, for tests. */
  readonly testPhotographs: readonly WheelFilePin[]
  readonly wallpapers: readonly WallpaperPin[]
  readonly weights: WheelFilePin
  /** Of the models that only benchmarks need. */
  readonly benchWeights: readonly WheelFilePin[]
}

const where = 'scripts/setup/pins.json'

function sha256Member(object: JsonObject): string {
  const value = stringMember(object, 'sha256', where)
  if (!/^[0-9a-f]{64}$/.test(value)) throw new SetupError(`${where}: "${value}" is not a SHA-256`)
  return value
}

function wheelFile(object: JsonObject): WheelFilePin {
  return {
    file: stringMember(object, 'file', where),
    wheel: stringMember(object, 'wheel', where),
    member: stringMember(object, 'member', where),
    sha256: sha256Member(object),
  }
}

function wallpaper(object: JsonObject): WallpaperPin {
  return {
    package: stringMember(object, 'package', where),
    version: stringMember(object, 'version', where),
    sha256: sha256Member(object),
    pictures: stringsMember(object, 'pictures', where),
  }
}

/** Reads and checks pins.json: what is fetched, from which package, and the hash it must have. */
export function readPins(): Pins {
  const pins = parseObject(readFileSync(new URL('pins.json', import.meta.url), 'utf8'), where)
  const tflite = objectMember(pins, 'tflite', where)
  return {
    tflite: {
      artifact: stringMember(tflite, 'artifact', where),
      unpackPlugin: stringMember(tflite, 'unpackPlugin', where),
      libraries: objectsMember(tflite, 'libraries', where).map((library) => ({
        package: stringMember(library, 'package', where),
        classifier: stringMember(library, 'classifier', where),
        member: stringMember(library, 'member', where),
        sha256: sha256Member(library),
      })),
    },
    photographs: objectsMember(pins, 'photographs', where).map(wheelFile),
    testPhotographs: objectsMember(pins, 'testPhotographs', where).map(wheelFile),
    wallpapers: objectsMember(pins, 'wallpapers', where).map(wallpaper),
    weights: wheelFile(objectMember(pins, 'weights', where)),
    benchWeights: objectsMember(pins, 'benchWeights', where).map(wheelFile),
  }
}
