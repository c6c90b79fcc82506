import type { Most, PictureCampaignResult, PictureIncident } from './campaign-run.js'

/** A campaign as text: outcomes by format, then each incident and each fault with what was changed. */
export function describePictures(result: PictureCampaignResult): string {
  const { count, seconds, outcomes, incidents, faults, slowestMs, peakMegabytes } = result
  const kinds = [...new Set([...outcomes.values()].flatMap((ofFormat) => [...ofFormat.keys()]))].sort()
  const row = (name: string, cells: readonly (string | number)[]) =>
    [name.padEnd(8), ...cells.map((cell, index) => String(cell).padStart((kinds[index] ?? '').length))].join(
      '  ',
    )
  const resting = result.restingMegabytes.map((size) => size.toFixed())
  const [before, after] = result.openFiles
  return [
    `${count} mutants of pictures in ${seconds.toFixed(1)} s`,
    row('', kinds),
    ...[...outcomes].map(([format, ofFormat]) =>
      row(
        format,
        kinds.map((kind) => ofFormat.get(kind) ?? 0),
      ),
    ),
    `slowest: ${describeMost(slowestMs, 'ms')}`,
    `largest: ${describeMost(peakMegabytes, 'MB')}`,
    `resident at rest, MB: ${resting.join(' ')}; open files: ${before}, then ${after}`,
    ...incidents.map(describeIncident),
    ...faults.map(({ mutant, why }) => `FAULT ${mutant.id} ${mutant.seedName} (${mutant.what}): ${why}`),
  ].join('\n')
}

function describeMost({ amount, mutant }: Most, unit: string): string {
  const which = mutant === undefined ? '' : `, ${mutant.id} ${mutant.seedName} (${mutant.what})`
  return `${amount.toFixed()} ${unit}${which}`
}

function describeIncident({ mutant, kind, phase, how, said, alone, sharpAlone }: PictureIncident): string {
  const { id, seedName, what } = mutant
  return [
    `${kind} ${id} ${seedName} (${what}): ${how} in ${phase}`,
    ...(alone ? [] : ['not in a fresh process']),
    sharpAlone ? 'by sharp alone as well' : 'not by sharp alone',
    ...said.split('\n').slice(-1),
  ]
    .filter((part) => part !== '')
    .join('; ')
}
