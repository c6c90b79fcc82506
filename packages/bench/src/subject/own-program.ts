import { OwnSubject } from './own-subject.js'
import { serveSubject } from './serve.js'

// The program of a subject that measures this product's own backends.
const subject = new OwnSubject()
await serveSubject((request) => subject.answer(request))
