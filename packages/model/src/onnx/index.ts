export { onnxMessage } from './message.js'
export { readOnnx, readOnnxTensor } from './reader.js'
export { writeOnnx, writeOnnxTensor } from './writer.js'
