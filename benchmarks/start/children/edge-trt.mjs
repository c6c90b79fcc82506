// edge-trt.mjs PICTURE: prints the label that the default model has for a picture.
import { Classifier, defaultModelPath } from '@edge/trt'

const [picture = ''] = process.argv.slice(2)
const classifier = await Classifier.load(defaultModelPath())
const { classes } = await classifier.classify(picture, { topK: 1 })
console.log(classes[0]?.label)
await classifier.dispose()
