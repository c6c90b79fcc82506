#!/usr/bin/env node
import { main } from './cli/main.js'

// Not process.exit(): what was written to a pipe has to get through it first.
void main(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode
})
