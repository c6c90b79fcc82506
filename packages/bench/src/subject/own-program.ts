import { OwnSubject } from './own-subject.js'
import { serveSubject } from './serve.js'

// The program of a subject that measures one of this product's own backends: the first argument.
const subject = new OwnSubject(process.argv[2] ?? 'auto')
await serveSubject((request, tell) => subject.answer(request, tell))
