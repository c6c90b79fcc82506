import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EdgeError } from '@edge/errors'
import type { NativeAddon } from './surface.js'

const require = createRequire(import.meta.url)
const root = join(dirname(fileURLToPath(import.meta.url)), '..')

type FunctionName = {
  [Name in keyof NativeAddon]: NativeAddon[Name] extends (...values: never) => unknown ? Name : never
}[keyof NativeAddon]

/** All that there are: TypeScript refuses a list that lacks one. */
const FUNCTIONS: Readonly<Record<FunctionName, true>> = {
  liveObjects: true,
  describeTflite: true,
  openTfliteSession: true,
  describeCuda: true,
  gpuMemory: true,
  describeTensorRt: true,
  buildEngine: true,
  openTensorRtSession: true,
  resamplePixels: true,
  writePixels: true,
  nv12ToRgb: true,
}

let loaded: NativeAddon | undefined

/**
 * The addon, loaded at the first call: `build/Release` in a checkout (unless `PREBUILDS_ONLY` is set), else the prebuild of
 * this platform.
 *
 * @throws EdgeError `ADDON_NOT_FOUND` where there is none for this platform, or it cannot be loaded.
 */
export function loadAddon(): NativeAddon {
  loaded ??= validate(requireAddon())
  return loaded
}

function requireAddon(): unknown {
  // node-gyp-build only *finds* the file here: as an install step it would run a compiler.
  const nodeGypBuild: unknown = require('node-gyp-build')
  try {
    if (typeof nodeGypBuild !== 'function') throw new TypeError('node-gyp-build exports no function')
    return nodeGypBuild(root)
  } catch (cause) {
    throw new EdgeError('ADDON_NOT_FOUND', {
      summary: `no native addon for ${process.platform} ${process.arch} could be loaded`,
      expected: `a file under ${join(root, 'prebuilds', `${process.platform}-${process.arch}`)} or ${join(root, 'build', 'Release')}`,
      found: cause instanceof Error ? firstLine(cause.message) : String(cause),
      remedy: existsSync(join(root, 'CMakeLists.txt'))
        ? 'Build it: pnpm build.'
        : 'Prebuilt addons exist for Linux with glibc 2.28 or newer on x64 and arm64. Install again if this machine is one of those.',
      cause,
    })
  }
}

function validate(addon: unknown): NativeAddon {
  if (!isAddon(addon)) {
    throw new EdgeError('ADDON_NOT_FOUND', {
      summary: 'the native addon does not export what this version of @edge/native needs',
      expected: Object.keys(FUNCTIONS).join(', '),
      found: `an addon without ${missingFunctions(addon).join(', ') || 'its version'}`,
      remedy: 'Install all @edge packages in the same version, or build again: pnpm build.',
    })
  }
  const expected = packageVersion()
  if (addon.version !== expected) {
    throw new EdgeError('ADDON_NOT_FOUND', {
      summary: 'the native addon is of another version than the package that loads it',
      expected,
      found: addon.version,
      remedy: 'Install @edge/native again, or build again: pnpm build.',
    })
  }
  return addon
}

function isAddon(value: unknown): value is NativeAddon {
  const version: unknown = isObject(value) ? Reflect.get(value, 'version') : undefined
  return typeof version === 'string' && missingFunctions(value).length === 0
}

function missingFunctions(addon: unknown): readonly string[] {
  return Object.keys(FUNCTIONS).filter(
    (name) => !isObject(addon) || typeof Reflect.get(addon, name) !== 'function',
  )
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const version: unknown =
    typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'version') : undefined
  return typeof version === 'string' ? version : 'unknown'
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text
}
