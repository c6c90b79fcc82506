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

function describeIncident({ mutant, kind, phase, how, said, alone }: Incident): string {
  const { id, seedName, what } = mutant
  const last = said.split('\n').at(-1) ?? ''
  return `${kind} ${id} ${seedName} (${what}): ${how} in ${phase}${alone ? '' : ', not alone'}${last === '' ? '' : `: ${last}`}`
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(3)} %`
}
