import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeRuntimes, Session } from '../../src/index.js'
import { doubling } from '../onnx-models.js'
import { useDoubles } from './doubles.js'

let directory = ''
const at = (name: string) => join(directory, name)

beforeAll(() => {
  useDoubles(10)
  directory = mkdtempSync(join(tmpdir(), 'no-parser-'))
  writeFileSync(at('model.onnx'), doubling())
  // Where the parser is: another process, since what is loaded stays.
  const script = `
    import { writeFileSync } from 'node:fs'
    import { buildEngine } from '${new URL('../../dist/index.js', import.meta.url)}'
    const { plan } = await buildEngine(process.argv[1], { tensorrt: { engineCache: false } })
    writeFileSync(process.argv[2], plan)`
  const files = [at('model.onnx'), at('model.engine')]
  execFileSync(process.execPath, ['--input-type=module', '--eval', script, ...files])
  copyFileSync(process.env.EDGE_TENSORRT_LIBRARY ?? '', at('libnvinfer.so.10'))
  process.env.EDGE_TENSORRT_LIBRARY = at('libnvinfer.so.10')
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe('TensorRT without its ONNX parser', () => {
  it('is told, with the GPUs and their driver', () => {
    expect(describeRuntimes().find(({ name }) => name === 'tensorrt')).toEqual({
      name: 'tensorrt',
      available: true,
      formats: ['engine'],
      library: expect.objectContaining({ path: at('libnvinfer.so.10') }),
      driver: expect.objectContaining({ version: expect.stringMatching(/^\d+\.\d+$/) }),
      devices: [
        expect.objectContaining({
          ordinal: 0,
          computeCapability: expect.stringMatching(/^\d+\.\d$/),
          memoryBytes: expect.any(Number),
        }),
      ],
      parser: { missing: expect.stringContaining(at('libnvonnxparser.so.10')) },
    })
  })

  it('is not what runs .onnx models where nobody asks for it, and runs engines', async () => {
    const model = await Session.open(at('model.onnx'))
    expect(model.backend).toBe('onnxruntime')
    await model.dispose()
    const engine = await Session.open(at('model.engine'))
    expect(engine.backend).toBe('tensorrt')
    await engine.dispose()
    const precise = Session.open(at('model.onnx'), { precision: 'fp16' })
    await expect(precise).rejects.toThrow(
      /Or mend tensorrt: what reads \.onnx models is missing, found .*parser/,
    )
    const asked = Session.open(at('model.onnx'), { backend: 'tensorrt', tensorrt: { engineCache: false } })
    await expect(asked).rejects.toMatchObject({ code: 'LIBRARY_NOT_FOUND' })
  })
})
