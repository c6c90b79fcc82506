import { byteSize, type Column, grouped, magnitude, type Palette, printable, table } from '@edge/bench/text'
import type { MetadataFacts, ModelFacts, OperatorFacts, TensorFacts } from './inspect-facts.js'

/** What is shown besides the facts. */
export interface InspectionView {
  /** How many layers are listed: the biggest. */
  readonly layers: number
  /** How many named tensors lie between inputs and outputs. */
  readonly intermediates: number
}

const FORMATS = { tflite: 'TensorFlow Lite, schema version', onnx: 'ONNX, IR version' } as const
/** Names and texts come from whoever made the file, and may have any length. */
const MAX_NAME = 200
const MAX_LAYER_NAME = 60
const SHOWN_LABELS = 3
const SHOWN_NUMBERS = 4

/** A model's facts for eyes. */
export function renderModel(
  path: string,
  facts: ModelFacts,
  { layers, intermediates }: InspectionView,
  { bold, dim }: Palette,
): string {
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', bold(title), ...lines]
  const grid = (columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] =>
    rows.length === 0 ? [] : table(columns, rows, dim)
  const shown = biggestFirst(facts.layers).slice(0, layers)
  const lines = [
    bold(printable(path)),
    ...labelled(summary(facts)),
    ...section('inputs', grid(TENSOR_COLUMNS, facts.inputs.map(tensorRow))),
    ...section('outputs', grid(TENSOR_COLUMNS, facts.outputs.map(tensorRow))),
    ...section('signatures', signatureLines(facts)),
    ...section('graphs', facts.subgraphs.length > 1 ? grid(GRAPH_COLUMNS, graphRows(facts)) : []),
    ...section('operators', grid(OPERATOR_COLUMNS, facts.operators.map(operatorRow(facts)))),
    ...section(
      shown.length < facts.layers.length
        ? `layers, the ${grouped(shown.length)} biggest of ${grouped(facts.layers.length)}`
        : 'layers, biggest first',
      grid(LAYER_COLUMNS, shown.map(layerRow)),
    ),
    ...section('metadata', labelled(attached(facts))),
    ...section('TFLite Metadata', facts.tfliteMetadata ? labelled(described(facts.tfliteMetadata)) : []),
    ...(intermediates > 0 ? ['', dim(featureHint(facts.format, intermediates))] : []),
  ]
  return `${lines.join('\n')}\n`
}

type Labelled = readonly (readonly [string, string])[]

function labelled(rows: Labelled): readonly string[] {
  const width = Math.max(0, ...rows.map(([label]) => label.length))
  return rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`)
}

function summary(facts: ModelFacts): Labelled {
  const { bytes, producer, description, opsets, parameters, weightBytes, zeroWeights } = facts
  const sets = Object.entries(opsets).map(([domain, version]) => `${short(domain)} ${version}`)
  return [
    ['format', `${FORMATS[facts.format]} ${facts.version}`],
    ['file', bytes < 1000 ? byteSize(bytes) : `${byteSize(bytes)} (${grouped(bytes)} bytes)`],
    ...optional('producer', producer),
    ...optional('description', description),
    ...(sets.length > 0 ? [['opsets', sets.join(', ')] as const] : []),
    ['parameters', grouped(parameters)],
    ...(parameters > 0
      ? [['weights', `${byteSize(weightBytes)}, ${(zeroWeights * 100).toFixed(1)} % of them zero`] as const]
      : []),
    ['MACs', macsText(facts)],
    // The names as they are to be typed, in full.
    ...layerFlag('--input_layer', facts.inputLayer),
    ...layerFlag('--output_layer', facts.outputLayer),
  ]
}

function optional(label: string, text: string | null | undefined): Labelled {
  return text === null || text === undefined || text === '' ? [] : [[label, short(text)]]
}

function layerFlag(flag: string, name: string | null): Labelled {
  return name === null ? [] : [[flag, `${shellWord(printable(name))}  (for label_image)`]]
}

/** Names that TensorFlow joins have semicolons, at which a shell would end the command. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

function macsText({ macs, inputs, operators }: ModelFacts): string {
  if (macs === null) return 'not known: the shapes do not tell'
  const openBatch = inputs.some(({ shape }) => typeof shape?.[0] === 'string')
  return [
    macs < 1000 ? grouped(macs) : `${magnitude(macs)} (${grouped(macs)})`,
    ' for one inference',
    openBatch ? ', with a batch of 1' : '',
    operators.some(({ custom }) => custom) ? ', without those of custom operators' : '',
  ].join('')
}

const TENSOR_COLUMNS: readonly Column[] = [
  { title: 'dtype' },
  { title: 'shape' },
  { title: 'memory', align: 'right' },
  { title: 'quantization' },
  { title: 'name' },
]

function tensorRow({ name, dtype, shape, bytes, quantization }: TensorFacts): readonly string[] {
  return [
    short(dtype),
    shape === null ? 'any' : short(`[${shape.join(', ')}]`),
    bytes === null ? '?' : byteSize(bytes),
    quantizationText(quantization),
    short(name),
  ]
}

function quantizationText(quantization: TensorFacts['quantization']): string {
  if (quantization === undefined) return '-'
  const { scale, zeroPoint, axis } = quantization
  const points = zeroPoint.length === 0 ? [0] : zeroPoint
  if (axis === undefined) return `scale ${extent(scale)}, zero point ${extent(points)}`
  return `per channel (axis ${axis}): ${grouped(scale.length)} scales ${extent(scale)}, zero points ${extent(points)}`
}

/** One number, or the smallest and the largest. */
function extent(values: readonly number[]): string {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  return least === most ? rounded(least) : `${rounded(least)} to ${rounded(most)}`
}

/** As many digits as float32 has. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(7)))
}

function signatureLines({ signatures }: ModelFacts): readonly string[] {
  return signatures.flatMap(({ name, inputs, outputs }) => [
    `  ${short(name)}`,
    ...labelled([...ends('in', inputs), ...ends('out', outputs)]).map((line) => `  ${line}`),
  ])
}

function ends(direction: string, tensors: Readonly<Record<string, string>>): Labelled {
  return Object.entries(tensors).map(([name, tensor]) => [
    `${direction.padEnd(4)}${short(name)}`,
    short(tensor),
  ])
}

const GRAPH_COLUMNS: readonly Column[] = [
  { title: 'operators', align: 'right' },
  { title: 'tensors', align: 'right' },
  { title: 'inputs', align: 'right' },
  { title: 'outputs', align: 'right' },
  { title: 'name' },
]

function graphRows({ subgraphs }: ModelFacts): readonly (readonly string[])[] {
  return subgraphs.map(({ name, operators, tensors, inputs, outputs }) => [
    ...[operators, tensors, inputs.length, outputs.length].map(grouped),
    short(name),
  ])
}

const OPERATOR_COLUMNS: readonly Column[] = [
  { title: 'count', align: 'right' },
  { title: 'version', align: 'right' },
  { title: 'operator' },
]

function operatorRow({ functions }: ModelFacts): (operator: OperatorFacts) => readonly string[] {
  return ({ name, domain, version, count, custom }) => {
    const whole = domain === undefined ? name : `${domain}.${name}`
    const origin = custom ? '  (custom)' : functions.includes(whole) ? '  (defined by the model)' : ''
    return [grouped(count), String(version), `${short(whole)}${origin}`]
  }
}

type Layer = ModelFacts['layers'][number]

const LAYER_COLUMNS: readonly Column[] = [
  { title: 'size', align: 'right' },
  { title: 'parameters', align: 'right' },
  { title: 'MACs', align: 'right' },
  { title: 'operator' },
  { title: 'layer' },
]

function biggestFirst(layers: readonly Layer[]): readonly Layer[] {
  return [...layers].sort((a, b) => b.bytes - a.bytes || (b.macs ?? 0) - (a.macs ?? 0))
}

function layerRow({ name, operator, parameters, bytes, macs }: Layer): readonly string[] {
  return [
    byteSize(bytes),
    grouped(parameters),
    macs === null ? '?' : grouped(macs),
    short(operator, MAX_LAYER_NAME),
    short(name, MAX_LAYER_NAME),
  ]
}

/** What the producer attached; TFLite Metadata has a section of its own where it could be read. */
function attached({ metadata, tfliteMetadata }: ModelFacts): Labelled {
  return Object.entries(metadata)
    .filter(([name]) => tfliteMetadata === null || name !== 'TFLITE_METADATA')
    .map(([name, text]) => [short(name), short(text)])
}

function described({ inputs, outputs, files, ...texts }: MetadataFacts): Labelled {
  const { name, version, author, license, description } = texts
  return [
    ...optional('name', name),
    ...optional('version', version),
    ...optional('author', author),
    ...optional('license', license),
    ...optional('description', description),
    ...inputs.flatMap(({ name, normalization, colorSpace }, at) =>
      optional(
        `input ${at}`,
        [
          name,
          colorSpace,
          normalization && `mean ${numbers(normalization.mean)}, std ${numbers(normalization.std)}`,
        ]
          .filter(Boolean)
          .join(' · '),
      ),
    ),
    ...outputs.flatMap(({ name, labels }, at) =>
      optional(`output ${at}`, [name, labels && labelsText(labels)].filter(Boolean).join(' · ')),
    ),
    ...files.map(({ name, bytes }) => ['file', `${short(name)}, ${byteSize(bytes)}`] as const),
  ]
}

function labelsText(labels: readonly string[]): string {
  const first = labels.slice(0, SHOWN_LABELS).map((label) => short(label, MAX_LAYER_NAME))
  const more = labels.length > SHOWN_LABELS ? ' …' : ''
  return `${grouped(labels.length)} ${labels.length === 1 ? 'label' : 'labels'}: ${first.join(', ')}${more}`
}

function numbers(values: readonly number[]): string {
  const more = values.length > SHOWN_NUMBERS ? ' …' : ''
  return `${values.slice(0, SHOWN_NUMBERS).map(rounded).join(' ')}${more}`
}

function featureHint(format: ModelFacts['format'], count: number): string {
  const expose = format === 'tflite' ? 'exposeTensors' : 'exposeOnnxTensors'
  const [tensors, them] =
    count === 1 ? ['tensor has a name', 'it an output'] : ['tensors have names', 'them outputs']
  return `${grouped(count)} intermediate ${tensors}: ${expose} of @edge/model/${format} makes ${them}, as for features.`
}

function short(text: string, most = MAX_NAME): string {
  // Cut before characters are written out, each of which then takes several.
  const whole = printable(text.slice(0, most + 1))
  return whole.length > most ? `${whole.slice(0, most - 1)}…` : whole
}
