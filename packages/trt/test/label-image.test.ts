import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { modelPath } from '@edge/model-efficientnet-lite0'
import { describe, expect, it } from 'vitest'
import { edgeTrt, expectFailure } from './cli.js'

const coffee = fileURLToPath(new URL('../../../.cache/photos/coffee.png', import.meta.url))
const labels = join(modelPath(), '../labels.txt')
const labelImage = (...args: string[]) => edgeTrt(['label-image', ...args])

// As TensorFlow's label_image prints it: an empty line, the time, an empty line, five classes.
const PRINTED = /^\nEvaluation time \(1-image\): \d+\.\d{3}s\n\n(?:.+ \(score=[01]\.\d{5}\)\n){5}$/

describe('edge-trt label-image', () => {
  it('prints the lines of label_image', async () => {
    const { code, stdout, stderr } = await labelImage(`--image=${coffee}`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(PRINTED)
    const [best, ...rest] = [...stdout.matchAll(/^(.+) \(score=(.+)\)$/gm)]
    expect(best?.[1]).toBe('espresso')
    expect(rest.map(([, , score]) => Number(score))).toEqual(
      rest.map(([, , score]) => Number(score)).sort((one, other) => other - one),
    )
  })

  it.each([
    ['TensorFlow', ['--graph', modelPath(), '--labels', labels, '--image', coffee]],
    ['TensorFlow Lite', ['-m', modelPath(), '-l', labels, '-i', coffee, '--num_threads', '1']],
    ['TensorFlow Lite in full', ['--model_file', modelPath(), '--label_file', labels, '--image', coffee]],
  ])('has the flags of %s', async (_, args) => {
    const more = ['--input_mean=127', '--input_std=128', '--input_height=224', '--input_width=224']
    const { code, stdout } = await labelImage(...args, ...more)
    expect(code).toBe(0)
    expect(stdout).toMatch(PRINTED)
    expect(stdout).toContain('\nespresso (score=0.')
  })

  it('takes the names of layers that inspect prints', async () => {
    const inspected = JSON.parse((await edgeTrt(['inspect', modelPath(), '--json'])).stdout)
    const [input, output] = [inspected.inputLayer, inspected.outputLayer]
    const named = await labelImage('-i', coffee, `--input_layer=${input}`, `--output_layer=${output}`)
    expect(named.code).toBe(0)
    expect((await labelImage('-i', coffee, '--input_layer', input.replace(/:0$/, ''))).code).toBe(0)
  })

  it('goes by --input_mean and --input_std', async () => {
    const score = async (...flags: string[]) =>
      /score=(.+)\)/.exec((await labelImage('-i', coffee, ...flags)).stdout)?.[1]
    const manifest = JSON.parse(await readFile(join(modelPath(), '../model.json'), 'utf8'))
    expect(manifest.input).toMatchObject({ mean: [127, 127, 127], std: [128, 128, 128] })
    expect(await score('--input_mean=127', '--input_std=128')).toBe(await score())
    expect(await score('--input_mean=0', '--input_std=255')).not.toBe(await score())
  })

  it.each([
    [[], '--image is missing'],
    [['-i', coffee, '--input_layer=Mul'], '--input_layer wants a name that the model has'],
    [['-i', coffee, '--output_layer=final_result'], '--output_layer wants a name that the model has'],
    [['-i', coffee, '--input_height=299'], '--input_height wants the size that the model has, 224, not 299'],
    [['-i', coffee, '--input_width=0'], '--input_width'],
    [['-i', coffee, '--input_std=0'], '--input_std wants a number above 0'],
    [['-i', coffee, '--input_mean=white'], '--input_mean wants a number'],
    [['-i', coffee, '--graph=a', '--model_file=b'], 'mean the same'],
    [['-i', coffee, '--num_threads=0'], '--num_threads'],
  ])('%j is a wrong command line', async (args, text) => {
    const ended = await labelImage(...args)
    expectFailure(ended, 2, 'INVALID_ARGUMENT')
    expect(ended.stderr).toContain(text)
    expect(ended.stdout).toBe('')
  })

  it.each([
    ['FILE_NOT_FOUND', ['-i', '/nonexistent.jpg']],
    ['FILE_NOT_FOUND', ['-i', coffee, '-m', '/nonexistent.tflite']],
    ['MODEL_INVALID', ['-i', coffee, '-m', labels]],
    ['IMAGE_INVALID', ['-i', labels]],
  ])('%s: %j', async (code, args) => {
    expectFailure(await labelImage(...args), 1, code)
  })
})
