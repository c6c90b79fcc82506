// Opens a model in isolation: `node isolated-opening.mjs MODEL LIBRARY`.
import { Session } from '../../dist/index.js'

const [model, libraryPath] = process.argv.slice(2)
await Session.open(model, { libraryPath, validate: false, isolate: true })
