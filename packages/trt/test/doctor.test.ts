import { describe, expect, it, vi } from 'vitest'
import { examine } from '../src/cli/doctor-findings.js'
import { edgeTrt } from './cli.js'

describe('edge-trt doctor', () => {
  it('says what there is', async () => {
    const { code, stdout, stderr } = await edgeTrt(['doctor'])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^✓ Node\.js .*linux/m)
    expect(stdout).toMatch(/^✓ backend tflite +2\.\d+\.\d+, .*libtensorflowlite_c\.so/m)
    expect(stdout).toMatch(/^✓ pictures +sharp 0\./m)
    expect(stdout).not.toContain('✗')
  })

  it('does not look up whom this process talks to', async () => {
    const { report } = process
    const asked: unknown[] = []
    const getReport = vi.spyOn(report, 'getReport').mockImplementation(() => {
      asked.push(Reflect.get(report, 'excludeNetwork'))
      return { header: { glibcVersionRuntime: '2.99' } }
    })
    const before: unknown = Reflect.get(report, 'excludeNetwork')
    try {
      expect((await examine()).glibc).toBe('2.99')
      expect(asked).toEqual([true])
      expect(Reflect.get(report, 'excludeNetwork')).toBe(before)
    } finally {
      getReport.mockRestore()
    }
  })

  it('says it as JSON', async () => {
    const { code, stdout } = await edgeTrt(['doctor', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      version: expect.any(String),
      node: process.versions.node,
      platform: process.platform,
      arch: process.arch,
      addon: { version: expect.any(String) },
      backends: expect.arrayContaining([
        expect.objectContaining({
          name: 'tflite',
          available: true,
          library: expect.objectContaining({ version: expect.any(String) }),
        }),
      ]),
      model: {
        name: 'efficientnet-lite0',
        path: expect.stringContaining('.tflite'),
        bytes: expect.any(Number),
      },
      images: { sharp: expect.any(String), libvips: expect.any(String) },
      errors: [],
    })
  })

  it('says what is missing, and what to do', async () => {
    const env = {
      EDGE_TFLITE_LIBRARY: '/nonexistent/libtensorflowlite_c.so',
      // The other backend, which a checkout has and users may have.
      EDGE_ONNXRUNTIME: '/nonexistent/onnxruntime-node',
    }
    const text = await edgeTrt(['doctor'], { env })
    expect(text.code).toBe(1)
    expect(text.stdout).toMatch(/^✗ backend tflite +LIBRARY_NOT_FOUND$/m)
    expect(text.stdout).toContain('EDGE_TFLITE_LIBRARY')
    const json = await edgeTrt(['doctor', '--json'], { env })
    expect(json.code).toBe(1)
    expect(JSON.parse(json.stdout).backends[0]).toMatchObject({
      available: false,
      problem: { code: 'LIBRARY_NOT_FOUND', message: expect.stringContaining('/nonexistent') },
    })
  })
})
