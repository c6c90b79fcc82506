import { join } from 'node:path'
import type { WheelFilePin } from './pins.js'
import { runPython } from './python.js'
import { inRepository } from './stamp.js'
import { placeVerified } from './verified-file.js'
import { inWorkDirectory } from './work-directory.js'

// A wheel is only unpacked, so any build will do; naming one gives every machine the same bytes and one hash.
const build = ['--implementation=cp', '--python-version=3.11', '--abi=cp311', '--abi=none']
const platforms = ['manylinux_2_28_x86_64', 'manylinux_2_27_x86_64', 'manylinux2014_x86_64', 'any']

/** Script that takes files out of wheels. */
export const unpackScript = inRepository('scripts', 'setup', 'unpack_wheels.py')

/** Downloads the wheels of a requirements file into `directory`. */
export async function downloadWheels(requirements: string, directory: string): Promise<void> {
  await runPython([
    ...['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', ...build],
    ...platforms.map((platform) => `--platform=${platform}`),
    ...['--require-hashes', '--requirement', requirements, '--dest', directory],
  ])
}

/** Downloads the wheels of a requirements file and puts the named files of them into `directory`. */
export async function fetchWheelFiles(
  requirements: string,
  files: readonly WheelFilePin[],
  directory: string,
): Promise<void> {
  await inWorkDirectory(async (work) => {
    await downloadWheels(requirements, work)
    await runPython([unpackScript, work], { input: JSON.stringify(files) })
    for (const file of files)
      await placeVerified(join(work, file.file), join(directory, file.file), file.sha256)
  })
}
