export { checkModelHeader, identifyModel, MODEL_HEADER_BYTES, type ModelFormat } from './format.js'
