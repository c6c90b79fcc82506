import type { CampaignResult, Incident } from './campaign-run.js'

/** A campaign as text: outcomes in a table, then each incident and each fault with what was changed. */
export function describeCampaign(result: CampaignResult): string {
  const { count, outcomes, incidents, faults, seconds, slowestMs, peakMegabytes } = result
  const rows = [...outcomes]
    .sort(([, a], [, b]) => b - a)
    .map(([outcome, of]) => `${String(of).padStart(7)}  ${percent(of, count).padStart(8)}  ${outcome}`)
  return [
    `${count} mutants in ${seconds.toFixed(1)} s; our own code took at most ${slowestMs.toFixed()} ms and ${peakMegabytes.toFixed()} MB`,
    ...rows,
    ...incidents.map(describeIncident),
    ...faults.map(({ mutant, why }) => `FAULT ${mutant.id} ${mutant.seedName} (${mutant.what}): ${why}`),
  ].join('\n')
}

function describeIncident(incident: Incident): string {
  const { mutant, kind, phase, how, said, alone } = incident
  const { id, seedName, what } = mutant
  return [
    `${kind} ${id} ${seedName} (${what}): ${how} in ${phase}`,
    ...(alone ? [] : ['not in a fresh process']),
    blame(incident),
    ...said.split('\n').slice(-1),
  ]
    .filter((part) => part !== '')
    .join('; ')
}

function blame({ library }: Incident): string {
  switch (library.kind) {
    case 'its own':
      return `by the library alone as well, in ${library.functions[0] ?? 'a function without a name'}`
    case 'not alone':
      return 'not by the library alone'
    default:
      return `the library was not asked: ${library.why}`
  }
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(3)} %`
}
