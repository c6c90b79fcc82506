import { execFile } from 'node:child_process'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createBrotliDecompress } from 'node:zlib'
import { type Browser, chromium } from 'playwright-core'

/** Why there is none, as part of a test's name; undefined where there is one. */
export const whyNoBrowser =
  process.platform === 'linux' && process.arch === 'x64'
    ? undefined
    : ` (skipped: the npm package that carries one has none for ${process.platform} on ${process.arch})`

/** Starts a headless Chromium that came with the packages: from npm, without anything of the system but the C library. */
export async function startBrowser(): Promise<Browser> {
  const directory = await unpackedBrowser()
  await writeFonts(directory)
  return chromium.launch({
    executablePath: join(directory, 'chromium'),
    // Root, as in containers, has no sandbox; what is opened is our own.
    chromiumSandbox: false,
    args: ['--disable-gpu', '--font-render-hinting=none'],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(directory, 'lib'),
      FONTCONFIG_FILE: join(directory, 'own-fonts.conf'),
    },
  })
}

/**
 * The browser's files, unpacked once for each version. Not by the package's own function: that takes whatever lies at /tmp/chromium, where
 * anyone may have put something.
 */
async function unpackedBrowser(): Promise<string> {
  const packed = dirname(dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium'))))
  const manifest: unknown = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8'))
  const version = typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'version') : ''
  const cache = fileURLToPath(new URL('../../../../.cache/browser/', import.meta.url))
  const directory = join(cache, `chromium-${String(version)}`)
  if (existsSync(directory)) return directory
  await mkdir(cache, { recursive: true })
  const fresh = await mkdtemp(join(cache, 'unpacking-'))
  const unpack = (name: string, to: string) =>
    pipeline(
      createReadStream(join(packed, 'bin', name)),
      createBrotliDecompress(),
      createWriteStream(join(fresh, to)),
    )
  await unpack('chromium.br', 'chromium')
  await chmod(join(fresh, 'chromium'), 0o755)
  for (const name of ['al2023', 'fonts']) {
    await unpack(`${name}.tar.br`, `${name}.tar`)
    await promisify(execFile)('tar', ['-xf', `${name}.tar`], { cwd: fresh })
    await rm(join(fresh, `${name}.tar`))
  }
  // Another process may have been faster.
  await rename(fresh, directory).catch(async (error: unknown) => {
    await rm(fresh, { recursive: true })
    if (!existsSync(directory)) throw error
  })
  return directory
}

/**
 * Without any font the browser crashes, and the package's own list of directories is of another machine. What a page wants of the system is the
 * one that comes along: else a machine without its own shows Roman letters, and pictures differ from machine to machine.
 */
async function writeFonts(directory: string): Promise<void> {
  const own = (family: string) =>
    `<alias binding="same"><family>${family}</family><prefer><family>Open Sans</family></prefer></alias>`
  const fresh = join(directory, `own-fonts-${process.pid}.conf`)
  await writeFile(
    fresh,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${directory}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>${directory}/fonts-cache</cachedir>${own('system-ui')}${own('sans-serif')}</fontconfig>`,
  )
  await rename(fresh, join(directory, 'own-fonts.conf'))
}
