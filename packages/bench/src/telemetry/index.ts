export {
  CoolDown,
  type CoolDownOptions,
  type CoolDownProgress,
  type CooledDown,
  type TemperatureSource,
  Thermometer,
} from './cool-down.js'
export { type EnergyQuestion, type InferenceEnergy, inferenceEnergy } from './energy.js'
export { describeMachine } from './machine.js'
export type { ProgramOutput, ProgramRunner, RunningProgram } from './programs.js'
export {
  type Amount,
  type Evidence,
  judgeReliability,
  type ReliabilityCode,
  reliabilityCodes,
  type Warning,
} from './reliability.js'
export { RELIABILITY_LIMITS } from './reliability-limits.js'
export { type TelemetryRoots, thisMachine } from './roots.js'
export { type Sampled, Sampler, type SamplerOptions, type SamplingCost } from './sampler.js'
export { hottest, type Temperatures } from './temperature.js'
export { type RanAt, type TimeWindow, windowsOf } from './windows.js'
