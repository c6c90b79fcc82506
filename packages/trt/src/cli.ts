#!/usr/bin/env node
import { watchForStop } from './cli/stop-watch.js'

// Before anything else is loaded: a signal that comes meanwhile ends the command in order, too.
const stop = watchForStop()
const { main } = await import('./cli/main.js')
// Not process.exit(): what was written to a pipe has to get through it first.
process.exitCode = await main(process.argv.slice(2), stop)
