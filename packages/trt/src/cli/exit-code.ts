/** What the process tells its caller. */
export const EXIT = {
  ok: 0,
  /** Something could not be opened, read or classified. */
  failed: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** Ctrl-C, as shells report it: 128 and the signal's number. */
  interrupted: 130,
  /** SIGTERM: `kill`, `timeout`, a service that is stopped. */
  terminated: 143,
} as const
