import { type FileAccess, machineFiles } from './file-access.js'
import { machinePrograms, type ProgramRunner } from './programs.js'

/** Where a machine tells of itself. Tests give directories that hold what a board has shown. */
export interface TelemetryRoots {
  /** sysfs(5). */
  readonly sys: string
  /** proc(5). */
  readonly proc: string
  /** For os-release, nv_tegra_release and nvpmodel.conf. */
  readonly etc: string
  /** For nvpmodel's state. */
  readonly var: string
  /** tegrastats, nvidia-smi and nvpmodel. */
  readonly run: ProgramRunner
  /** Reads sensors. */
  readonly files: FileAccess
}

/** This machine. */
export const thisMachine: TelemetryRoots = {
  sys: '/sys',
  proc: '/proc',
  etc: '/etc',
  var: '/var',
  run: machinePrograms,
  files: machineFiles,
}
