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

/** The crate that carries the headers of one major version of TensorRT. */
export interface HeadersPin {
  readonly major: string
  /** Of the crate. */
  readonly version: string
  /** Where in the crate they are, beside `cuda_runtime_api.h`. */
  readonly folder: string
  /** Of the crate's archive. */
  readonly sha256: string
}

/** A file, and the hash it must have. */
export interface FilePin {
  readonly file: string
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

/** `cuda.h` of one major version of CUDA, inside a Python wheel. */
export interface CudaHeaderPin {
  readonly major: string
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
  /** group:artifact:version of the Maven plugin that unpacks artifacts. */
  readonly unpackPlugin: string
  readonly tflite: {
    /** group:artifact:version */
    readonly artifact: string
    readonly libraries: readonly LibraryPin[]
  }
  readonly tensorrt: {
    /** Name of the crate with the headers. */
    readonly crate: string
    readonly headers: readonly HeadersPin[]
    /** Of x64, for tests. */
    readonly library: {
      /** group:artifact:version */
      readonly artifact: string
      readonly classifier: string
      /** Where in the artifact they are. */
      readonly folder: string
      readonly files: readonly FilePin[]
    }
  }
  readonly cudaHeaders: readonly CudaHeaderPin[]
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

function cudaHeader(object: JsonObject): CudaHeaderPin {
  return {
    major: stringMember(object, 'major', where),
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

function tensorrt(object: JsonObject): Pins['tensorrt'] {
  const library = objectMember(object, 'library', where)
  return {
    crate: stringMember(object, 'crate', where),
    headers: objectsMember(object, 'headers', where).map((headers) => ({
      major: stringMember(headers, 'major', where),
      version: stringMember(headers, 'version', where),
      folder: stringMember(headers, 'folder', where),
      sha256: sha256Member(headers),
    })),
    library: {
      artifact: stringMember(library, 'artifact', where),
      classifier: stringMember(library, 'classifier', where),
      folder: stringMember(library, 'folder', where),
      files: objectsMember(library, 'files', where).map((file) => ({
        file: stringMember(file, 'file', where),
        sha256: sha256Member(file),
      })),
    },
  }
}

/** Reads and checks pins.json: what is fetched, from which package, and the hash it must have. */
export function readPins(): Pins {
  const pins = parseObject(readFileSync(new URL('pins.json', import.meta.url), 'utf8'), where)
  const tflite = objectMember(pins, 'tflite', where)
  return {
    unpackPlugin: stringMember(pins, 'unpackPlugin', where),
    tflite: {
      artifact: stringMember(tflite, 'artifact', where),
      libraries: objectsMember(tflite, 'libraries', where).map((library) => ({
        package: stringMember(library, 'package', where),
        classifier: stringMember(library, 'classifier', where),
        member: stringMember(library, 'member', where),
        sha256: sha256Member(library),
      })),
    },
    tensorrt: tensorrt(objectMember(pins, 'tensorrt', where)),
    cudaHeaders: objectsMember(pins, 'cudaHeaders', where).map(cudaHeader),
    photographs: objectsMember(pins, 'photographs', where).map(wheelFile),
    testPhotographs: objectsMember(pins, 'testPhotographs', where).map(wheelFile),
    wallpapers: objectsMember(pins, 'wallpapers', where).map(wallpaper),
    weights: wheelFile(objectMember(pins, 'weights', where)),
    benchWeights: objectsMember(pins, 'benchWeights', where).map(wheelFile),
  }
}
