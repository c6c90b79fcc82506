/** Milliseconds of processors' time that this process has taken so far. What else is at work on the machine takes no part in it. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
