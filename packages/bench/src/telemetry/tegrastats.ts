import type { ProgramReading, ReportingCall } from './reporting-program.js'

/** What tegrastats is to tell. */
export interface TelemetryGaps {
  readonly gpu: boolean
  readonly temperature: boolean
  readonly power: boolean
}

/** How tegrastats is called, where it is to fill gaps: its names of the other sensors are not quite those of sysfs. */
export function tegrastats(intervalMs: number, gaps: TelemetryGaps): ReportingCall {
  return {
    program: 'tegrastats',
    args: ['--interval', String(intervalMs)],
    parse: (line) => {
      const told = parseTegrastats(line)
      return (
        told && {
          ...(gaps.gpu && told.gpuLoad !== undefined && { gpuLoad: told.gpuLoad }),
          ...(gaps.gpu && told.gpuMhz !== undefined && { gpuMhz: told.gpuMhz }),
          ...(gaps.temperature && told.temperatureC !== undefined && { temperatureC: told.temperatureC }),
          ...(gaps.power && told.powerMw !== undefined && { powerMw: told.powerMw }),
        }
      )
    },
  }
}

// `cpu@52.968C`, of JetPack 7 with the highest so far behind it: `cpu@52.968C/52.968C`. −256 stands for "switched off".
const TEMPERATURE = /\b(\w+)@(-?\d+(?:\.\d+)?)C\b/g
// `VDD_IN 4761mW/4778mW`, now and on average; of JetPack 4 without units, of JetPack 7 with a third, the highest.
const POWER = /(?<=\s)([A-Za-z]\w*) (-?\d+)(?:mW)?(?:\/-?\d+(?:mW)?){1,2}(?=\s|$)/g
// `GR3D_FREQ 12%`; as root `12%@1300`; of several clusters `12%@[1300,1300]`; of Thor without load `@[1000,1000,1000]`.
const GPU = /\bGR3D_FREQ (?:(\d+)%)?(?:@(?:\[([\d,]+)\]|(\d+)))?/

/**
 * What one line of tegrastats tells.
 *
 * @see https://docs.nvidia.com/jetson/archives/r36.4/DeveloperGuide/AT/JetsonLinuxDevelopmentTools/TegrastatsUtility.html
 */
export function parseTegrastats(line: string): ProgramReading | undefined {
  const temperatures = [...line.matchAll(TEMPERATURE)]
    .map(([, name = '', celsius]) => [name, Number(celsius)] as const)
    .filter(([, celsius]) => celsius > -40 && celsius < 150)
  const power = [...line.matchAll(POWER)]
    .map(([, rail = '', milliwatts]) => [rail, Number(milliwatts)] as const)
    .filter(([rail]) => rail !== 'NC')
  const [gpu, load, clocks, clock] = GPU.exec(line) ?? []
  if (temperatures.length === 0 && power.length === 0 && gpu === undefined) return undefined
  const megahertz = (clocks ?? clock)?.split(',').map(Number) ?? []
  return {
    ...(temperatures.length > 0 && { temperatureC: Object.fromEntries(temperatures) }),
    ...(power.length > 0 && { powerMw: Object.fromEntries(power) }),
    ...(load !== undefined && { gpuLoad: Math.min(1, Number(load) / 100) }),
    ...(megahertz.length > 0 && { gpuMhz: Math.max(...megahertz) }),
  }
}
