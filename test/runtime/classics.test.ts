/** The models that only benchmarks need, where `pnpm run setup --only bench-models` has made them. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Classifier } from '@edge/classify'
import { findManifest } from '@edge/model'
import { inspectTflite, readTflite } from '@edge/model/tflite'
import { Session } from '@edge/runtime'
import { describe, expect, it } from 'vitest'
import { expectations } from '../../scripts/demo/expectations.js'
import { benchModels } from '../../scripts/setup/bench-models.js'
import { type Classic, classicFiles, classics } from '../../scripts/setup/classics.js'
import { type LiteNetwork, liteGolden } from '../../scripts/setup/efficientnet-lite.js'
import { asObject, objectMember, objectsMember } from '../../scripts/setup/json-value.js'
import { photographsDirectory } from '../../scripts/setup/paths.js'
import { readGolden } from './golden.js'

function pathOf(classic: Classic): string {
  const path = benchModels.get(classicFiles(classic).int8)
  if (path === undefined) throw new Error(`${classic.name} has no model`)
  return path
}

/** The int8 model's first class of a photograph, as Python computed it. */
function goldenClass(lite: LiteNetwork, file: string): unknown {
  const name = file.replace(/\.\w+$/, '')
  const record = readGolden(name, liteGolden(lite))
  return asObject(objectsMember(objectMember(record, 'int8', name), 'top', name)[0], name).index
}

const made = classics.filter((classic) => existsSync(pathOf(classic)))

if (made.length === 0) {
  it('the models of published comparisons', ({ skip }) => {
    skip('pnpm run setup --only bench-models makes them, which takes minutes')
  })
}

describe.each(made)('$title', (classic) => {
  const { lite, size } = classic
  const classes = lite === undefined ? 1001 : 1000

  it('is int8 throughout, with the bytes of one picture in and a byte for each class out', async () => {
    const session = await Session.open(pathOf(classic), { threads: 1 })
    try {
      const input = session.input(0)
      expect(input).toMatchObject({ dtype: 'uint8', shape: [1, size, size, 3] })
      // (x − 127) / 128, so that a picture's bytes go in as they are.
      expect(input.quantization).toMatchObject({ scale: 1 / 128, zeroPoint: 127 })
      expect(session.output(0)).toMatchObject({ dtype: 'uint8', shape: [1, classes] })
      expect([session.inputs.length, session.outputs.length]).toEqual([1, 1])
    } finally {
      await session.dispose()
    }
    // An operator or weights in float would make it another model to measure.
    const { operators, parameters, weightBytes } = inspectTflite(readTflite(readFileSync(pathOf(classic))))
    expect(operators.map(({ name }) => name)).not.toContain('DEQUANTIZE')
    // Biases have four bytes each.
    expect(weightBytes / parameters).toBeLessThan(1.1)
  })

  it('is taken by a classifier with what lies beside it', async () => {
    const classifier = await Classifier.load(pathOf(classic), { threads: 1 })
    try {
      expect(classifier.labels).toHaveLength(classes)
      expect(classifier.labels?.[0]).toBe(lite === undefined ? 'background' : 'tench')
      expect(classifier.outputKind).toBe(lite === undefined ? 'probabilities' : 'logits')
    } finally {
      await classifier.dispose()
    }
  })

  if (lite === undefined) {
    it('says that its weights are random, and answers according to the picture all the same', async () => {
      const found = await findManifest(pathOf(classic))
      expect(found?.manifest.description).toContain('random weights')
      const firsts = new Set((await firstClasses(classic)).values())
      expect(firsts.size).toBeGreaterThanOrEqual(expectations.length / 2)
    })
  } else {
    it('finds on the photographs what Python finds, and what is there', async () => {
      const firsts = await firstClasses(classic)
      for (const { file } of expectations) expect(firsts.get(file), file).toBe(goldenClass(lite, file))
      // The networks themselves take the rocket for a space shuttle and for a drilling platform, in float32 and in Python too.
      for (const { file, classes: right } of expectations.filter(({ file }) => file !== 'rocket.jpg'))
        if (right.length > 0) expect(right, file).toContain(firsts.get(file))
    })
  }
})

/** The first class of each photograph. */
async function firstClasses(classic: Classic): Promise<Map<string, number | undefined>> {
  const classifier = await Classifier.load(pathOf(classic), { threads: 1 })
  const firsts = new Map<string, number | undefined>()
  try {
    for (const { file } of expectations) {
      const { classes } = await classifier.classify(join(photographsDirectory, file), { topK: 1 })
      firsts.set(file, classes[0]?.index)
    }
  } finally {
    await classifier.dispose()
  }
  return firsts
}
