import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readSharedObject } from '../../scripts/prebuilds/elf.js'
import { readPins } from '../../scripts/setup/pins.js'
import { tfliteLibraryPath, withoutBuildPaths } from '../../scripts/setup/tflite.js'

describe("TensorFlow Lite's libraries", () => {
  it.each(readPins().tflite.libraries)(
    '$package looks for others beside itself alone',
    async ({ package: name }) => {
      const path = tfliteLibraryPath(name)
      if (!existsSync(path)) throw new Error(`${path} is missing: pnpm run setup`)
      expect((await readSharedObject(path)).runpath).toBe('$ORIGIN')
    },
  )

  it('lose the directories of the machine that built them, and nothing moves', () => {
    const before = Buffer.from('libm.so.6\0$ORIGIN/:/home/someone/build:/home/someone/lib\0libc.so.6\0')
    const after = withoutBuildPaths(before)
    expect(after.length).toBe(before.length)
    expect(after.toString().split(/\0+/)).toEqual(['libm.so.6', '$ORIGIN', 'libc.so.6', ''])
    expect(after.indexOf('libc.so.6')).toBe(before.indexOf('libc.so.6'))
  })

  it.each(['no such string\0', '$ORIGIN/:/a\0$ORIGIN/:/b\0', '$ORIGIN/:/without an end'])(
    'are refused in another form: %j',
    (content) => {
      expect(() => withoutBuildPaths(Buffer.from(content))).toThrow('RUNPATH')
    },
  )
})
