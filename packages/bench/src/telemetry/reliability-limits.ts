/**
 * From where on {@link judgeReliability} warns, and from where on it calls figures unreliable, with what that is founded on.
 *
 * The measure is always the same: two models count as equally fast within ±2 %. What can shift a median by more than that makes a figure
 * unreliable; what can shift it at all is a warning. Samples are judged by themselves, by `QUALITY_LIMITS` of `statistics`.
 */
export const RELIABILITY_LIMITS = {
  /** A rise of temperature in °C. Leakage and the fan's speed change with it, the clock only when it throttles: never more than a warning. */
  temperatureRoseC: 10,

  /** Change of the clock, as a share: latency goes with its inverse. */
  clockChanged: 0.02,
  clockChangedUnreliable: 0.05,

  /** Of the time that processors wanted to run, the share that the hypervisor gave to others. Latency grows by as much. */
  steal: 0.005,
  stealUnreliable: 0.02,

  /**
   * Per cent of the time in which some task waited for a processor. Readings and the runner's own work wait for one now and then, up to a few
   * per cent on a small machine; beyond a quarter of the time it is as likely as not the inference that waited.
   */
  cpuPressure: 10,
  cpuPressureUnreliable: 25,
  /** Per cent of the time in which some task waited for memory to be freed or read back: a stall of inference is one of milliseconds. */
  memoryPressure: 1,
  memoryPressureUnreliable: 5,
  /** Per cent of the time in which some task waited for a disk: as a rule none that infers. A warning, for images come from there. */
  ioPressure: 10,

  /** Processors' worth of work by others. Caches, memory and the boost clock are shared: it shows although other processors are free. */
  otherProcessors: 0.1,
  /** And so much in all that inference and the others do not fit: they took turns. As a share of all processors. */
  otherLoadFull: 0.95,

  /** Below so many seconds, no clock has settled, and half the readings are missing. */
  shortestSeconds: 1,

  /** A GPU that is less busy than this does not run the model: what its clock does is no matter. */
  gpuAtWork: 0.2,
  /** Fewer readings while a model ran tell no change. */
  fewestReadings: 4,
} as const
