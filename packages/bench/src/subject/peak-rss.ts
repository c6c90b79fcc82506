import { readFileSync } from 'node:fs'

/** The most memory that this process has had resident, in bytes: VmHWM of proc_pid_status(5); elsewhere what getrusage(2) says. */
export function peakRssBytes(): number {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    if (kibibytes !== undefined) return Number(kibibytes) * 1024
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024
}
