import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doubling, slow } from './onnx-models.js'

const program = fileURLToPath(new URL('children/onnxruntime-end.mjs', import.meta.url))

function end(way: string, model: Uint8Array) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', program, way], {
    input: model,
    encoding: 'utf8',
    timeout: 50_000,
  })
  return { status, signal, stdout: stdout.trim(), stderr }
}

describe('a process with an ONNX session ends', () => {
  it('when nothing is under way, without disposing anything', () => {
    expect(end('idle', doubling())).toEqual({ status: 0, signal: null, stdout: '', stderr: '' })
  })

  it('after what is under way', () => {
    expect(end('pending', slow(10))).toMatchObject({ status: 0, stdout: 'ran' })
  })

  it('by process.exit in mid-run', () => {
    expect(end('exit', slow(20))).toMatchObject({ status: 0, signal: null })
  })

  it('while a handler of exit asks for a run', () => {
    expect(end('runningAtExit', doubling())).toEqual({
      status: 0,
      signal: null,
      stdout: 'INFERENCE_FAILED',
      stderr: '',
    })
  })

  it('by an error in mid-run', () => {
    expect(end('uncaught', slow(20))).toMatchObject({
      status: 1,
      signal: null,
      stderr: expect.stringContaining('on purpose'),
    })
  })

  it('having collected what nobody disposed', () => {
    expect(end('collected', doubling())).toMatchObject({ status: 0, stdout: 'collected' })
  })

  it('after workers ended in all these ways, and one was terminated', () => {
    expect(end('worker', slow(20))).toMatchObject({ status: 0, signal: null, stdout: 'ended' })
  })
})

describe('onnxruntime-node', () => {
  let directory: string
  const packages = fileURLToPath(new URL('../..', import.meta.url))

  // As npm lays them out: our packages above, the application's own below.
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'edge-peer-'))
    const scope = join(directory, 'node_modules', '@edge')
    for (const [name, from] of [
      ['errors', 'errors'],
      ['model', 'model'],
      ['runtime', 'runtime'],
      ['native', '../native'],
    ] as const) {
      await mkdir(join(scope, name), { recursive: true })
      await cp(join(packages, from, 'package.json'), join(scope, name, 'package.json'))
      await cp(join(packages, from, 'dist'), join(scope, name, 'dist'), { recursive: true })
    }
    const ofModel = createRequire(join(packages, 'model', 'package.json'))
    const protobuf = dirname(ofModel.resolve('protobufjs/package.json'))
    await symlink(protobuf, join(directory, 'node_modules', 'protobufjs'))
    const ofNative = createRequire(join(packages, '..', 'native', 'package.json'))
    await symlink(
      dirname(ofNative.resolve('node-gyp-build/package.json')),
      join(directory, 'node_modules', 'node-gyp-build'),
    )
    await mkdir(join(directory, 'app', 'node_modules'), { recursive: true })
    await writeFile(join(directory, 'app', 'model.onnx'), doubling())
    await writeFile(
      join(directory, 'app', 'main.mjs'),
      `import { describeRuntimes, Session } from '@edge/runtime'
      const { available, library, problem } = describeRuntimes().find(({ name }) => name === 'onnxruntime')
      console.log(available, library?.origin ?? problem.code)
      try {
        const session = await Session.open(new URL('model.onnx', import.meta.url))
        session.input(0, 'float32').data.set([1, 2])
        await session.run()
        console.log(...session.output(0, 'float32').data)
        await session.dispose()
      } catch (error) {
        console.log(error.code, error.message)
      }`,
    )
  })
  afterAll(() => rm(directory, { recursive: true }))

  const start = () =>
    spawnSync(process.execPath, [join(directory, 'app', 'main.mjs')], {
      encoding: 'utf8',
      cwd: packages,
      // pnpm sets it to where everything is found.
      env: { ...process.env, NODE_PATH: '' },
    }).stdout

  it('is asked for where it is not installed, and not looked for in the working directory', () => {
    const [described, opened] = start().split('\n')
    expect(described).toBe('false BACKEND_UNAVAILABLE')
    expect(opened).toMatch(
      /^BACKEND_UNAVAILABLE the package onnxruntime-node, .* ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node$/,
    )
  })

  it('is found among the application’s own dependencies', async () => {
    const installed = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
    await symlink(installed, join(directory, 'app', 'node_modules', 'onnxruntime-node'))
    expect(start()).toBe('true the application\n2 4\n')
  })
})
