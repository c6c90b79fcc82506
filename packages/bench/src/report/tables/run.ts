import type { ResultFile } from '../../result/schema.js'
import { byteSize } from '../../text/quantities.js'
import { perCentText } from '../figures.js'

/** A fact about a run: what it is called, and what it is. */
export type Fact = readonly [name: string, value: string]

/** What a run was measured on. */
export function machineFacts({ machine }: ResultFile): readonly Fact[] {
  const facts: (readonly [string, string | undefined])[] = [
    ['board', machine.board],
    ['processor', machine.processor],
    ['cores', String(machine.cores)],
    ['memory', byteSize(machine.memoryBytes)],
    ['architecture', machine.architecture],
    ['GPU', machine.gpu],
    ['governor', machine.governor],
    ['power mode', machine.powerMode],
    ['system', machine.system],
    ['kernel', machine.kernel],
    ['Node.js', machine.node],
    ...Object.entries(machine.versions),
  ]
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
}

/** What could not be told of the machine. Why not stands in the file of results, and among the remarks where a sensor is there. */
export function sensorFacts({ models }: ResultFile): readonly Fact[] {
  const silent = new Set(models.flatMap(({ telemetry }) => Object.keys(telemetry?.unreadable ?? {})))
  return silent.size === 0 ? [] : [['sensors that told nothing', [...silent].join(', ')]]
}

/** How a run was measured. */
export function settingsFacts({ settings, begun, ended, images }: ResultFile): readonly Fact[] {
  const { coolDown } = settings
  return [
    ['suite', settings.suite],
    ['begun', begun],
    ['ended', ended ?? 'not yet'],
    ['order', settings.order === 'interleaved' ? 'models by turns, in rounds' : 'one model after the other'],
    ['rounds', String(settings.rounds)],
    ...(settings.endToEnd === undefined
      ? []
      : [
          [
            'what is timed',
            settings.endToEnd ? 'decoding, preprocessing and inference' : 'inference',
          ] as const,
        ]),
    [
      'inferences of each model',
      `at least ${settings.minRuns} and ${settings.minSeconds} s, at most ${settings.maxSeconds} s`,
    ],
    ['dropped after a switch', `${settings.droppedAfterSwitch} inferences`],
    [
      'cool-down',
      coolDown === undefined
        ? 'none'
        : `to within ${coolDown.toleranceC} °C of the start, at most ${coolDown.maxSeconds} s`,
    ],
    ['pictures', images.length === 0 ? 'none: made-up input' : String(images.length)],
    ['seed', String(settings.seed)],
    ['confidence', perCentText(settings.confidence)],
  ]
}
