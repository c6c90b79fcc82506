import type { ResultFile } from '../../result/schema.js'
import { printable } from '../../text/printable.js'
import { marksOf } from '../remarks.js'
import { unreliableIds } from '../tables/ratios.js'
import { confusionMatrices } from './confusion-matrix.js'
import { distributionOf } from './distribution.js'
import type { PageData } from './page-data.js'
import { pixelFigure } from './pixel-figure.js'
import { timelineOf } from './timeline.js'
import { tradeOffOf } from './trade-off.js'

/** What the page draws of a run. Names are printable: canvases show what steers text, too. */
export function drawnOf(result: ResultFile): PageData {
  const models = result.models
    // Of offline, samples are no latencies.
    .filter(({ samplesMs, latencyMs }) => samplesMs.length > 0 && latencyMs !== undefined)
    .map((model) => ({ ...model, id: printable(model.id) }))
  const doubtful = unreliableIds(result.models)
  const timeline = timelineOf(result, models)
  return {
    models: models.map((model) => {
      const distribution = distributionOf(model.samplesMs)
      return { id: model.id, medianMs: distribution.box[2], marks: marksOf(model), distribution }
    }),
    timeline: {
      ...timeline,
      temperatures: timeline.temperatures.map((one) => ({ ...one, name: printable(one.name) })),
    },
    tradeOff: tradeOffOf(models),
    ratios: result.ratios.map(({ id, to, ratio, verdict }) => ({
      unreliable: doubtful.has(id) || doubtful.has(to),
      id: printable(id),
      to: printable(to),
      value: pixelFigure(ratio.value),
      low: pixelFigure(ratio.low),
      high: pixelFigure(ratio.high),
      verdict,
    })),
    confusion: confusionMatrices(result.models).map(({ id, classes, counts }) => ({
      id: printable(id),
      classes: classes.map(printable),
      counts,
    })),
  }
}

/** How many inferences are drawn of how many. */
export function drawnShare(
  data: PageData,
  result: ResultFile,
): { readonly drawn: number; readonly of: number } {
  return {
    drawn: data.timeline.samples.reduce((sum, { ms }) => sum + ms.length, 0),
    of: result.models.reduce(
      (sum, { samplesMs, latencyMs }) => sum + (latencyMs === undefined ? 0 : samplesMs.length),
      0,
    ),
  }
}
