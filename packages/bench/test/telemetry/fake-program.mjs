// Stands in for tegrastats, nvidia-smi and nvpmodel: what it does is said by its first argument, see FakeProgram in make-machine.ts.
const [behaviour, ...args] = process.argv.slice(2)
const { lines = [], once, endAfter = Number.POSITIVE_INFINITY, refuses, silent, deaf } = JSON.parse(behaviour)

if (deaf === true) process.on('SIGTERM', () => {})
if (refuses !== undefined && args.some((arg) => arg.includes(refuses))) {
  console.log(`Field "${refuses}" is not a valid field to query.`)
  process.exit(2)
}
if (once !== undefined) {
  process.stdout.write(once)
  process.exit(0)
}
const option = args.findIndex((arg) => arg === '--interval' || arg === '-lms')
const intervalMs = Number(args[option + 1] ?? 1000)
// A pipe that nobody reads any longer ends it, as SIGPIPE ends a program in C.
process.stdout.on('error', () => process.exit(1))
let written = 0
const write = () => {
  if (written >= endAfter) {
    console.error('device lost')
    process.exit(1)
  }
  console.log(lines[written % lines.length])
  written += 1
}
write()
setInterval(() => silent !== true && write(), intervalMs)
