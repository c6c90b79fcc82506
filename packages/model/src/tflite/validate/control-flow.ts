import { enumName, type TfliteModel, type TfliteOperator, type TfliteSubGraph } from '../model.js'
import { operatorKind } from '../operator-kind.js'
import type { Place } from './place.js'

/**
 * Checks that operators that run other graphs name graphs that there are, with as many inputs and outputs as they need, and that no
 * graph runs itself: TensorFlow Lite would never come to an end while preparing it.
 *
 * @returns the graphs that operators run.
 */
export function checkControlFlow(model: TfliteModel, root: Place): ReadonlySet<number> {
  const graphs = model.subgraphs ?? []
  const calls = graphs.map((graph, g) =>
    (graph.operators ?? []).flatMap((operator, o) => {
      const place = (): Place =>
        root.in(`subgraph ${g}`).in(`operator ${o} (${operatorKind(model, operator)?.name})`)
      checkComposite(operator, place)
      return callsOf(operator).map((call) => {
        checkCall(graphs, operator, call, place)
        checkDtypes(graph, graphs[call.graph], operator, call, place)
        return call.graph
      })
    }),
  )
  checkAcyclic(calls, root)
  return new Set(calls.flat())
}

/** Checks that an operator that stands for a graph says which: XNNPACK compares its name with those that it knows. */
function checkComposite({ builtinOptions2 }: TfliteOperator, place: () => Place): void {
  if (builtinOptions2?.type !== 'StableHLOCompositeOptions') return
  if (builtinOptions2.value?.name === undefined) throw place().error('its name', 'a name', 'none')
}

/** A graph that an operator runs, with how many inputs and outputs it has to have; undefined where any number will do. */
interface Call {
  readonly graph: number
  readonly inputs?: number
  readonly outputs?: number
  /** Whether its result is not one of the operator's: it says whether a loop goes on. */
  readonly isCondition?: true
}

function callsOf({ builtinOptions, builtinOptions2, ...operator }: TfliteOperator): readonly Call[] {
  const inputs = operator.inputs?.length ?? 0
  const outputs = operator.outputs?.length ?? 0
  const options = builtinOptions?.value === undefined ? builtinOptions2 : builtinOptions
  switch (options?.type) {
    case 'IfOptions':
      return [options.value?.thenSubgraphIndex ?? 0, options.value?.elseSubgraphIndex ?? 0].map((graph) => ({
        graph,
        inputs: inputs - 1,
        outputs,
      }))
    case 'WhileOptions':
    case 'StablehloWhileOptions':
      return [
        { graph: options.value?.condSubgraphIndex ?? 0, inputs, outputs: 1, isCondition: true },
        { graph: options.value?.bodySubgraphIndex ?? 0, inputs, outputs: inputs },
      ]
    case 'CallOnceOptions':
      return [{ graph: options.value?.initSubgraphIndex ?? 0, inputs: 0, outputs: 0 }]
    case 'CallOptions':
      return [{ graph: options.value?.subgraph ?? 0 }]
    case 'StablehloCaseOptions':
      // Several branches may be one graph.
      return [...new Set(options.value?.branchSubgraphIndices)].map((graph) => ({
        graph,
        inputs: inputs - 1,
        outputs,
      }))
    case 'StableHLOCompositeOptions':
      return [{ graph: options.value?.decompositionSubgraphIndex ?? 0, inputs, outputs }]
    case 'StablehloReduceOptions':
    case 'StablehloReduceWindowOptions':
      return [{ graph: options.value?.bodySubgraphIndex ?? 0 }]
    case 'StablehloSortOptions':
      return [{ graph: options.value?.comparatorSubgraphIndex ?? 0 }]
    case 'StablehloScatterOptions':
      return [{ graph: options.value?.updateComputationSubgraphIndex ?? 0 }]
    default:
      return []
  }
}

function checkCall(
  graphs: readonly TfliteSubGraph[],
  operator: TfliteOperator,
  { graph, inputs, outputs }: Call,
  place: () => Place,
): void {
  const called = graphs[graph]
  if (called === undefined) {
    throw place().error('the subgraph that it runs', `an index below ${graphs.length}`, graph)
  }
  const takes = called.inputs?.length ?? 0
  const gives = called.outputs?.length ?? 0
  if (inputs !== undefined && takes !== inputs) {
    throw place().error(`the inputs of subgraph ${graph}, which it runs`, `${inputs} of them`, takes)
  }
  if (outputs !== undefined && gives !== outputs) {
    throw place().error(`the outputs of subgraph ${graph}, which it runs`, `${outputs} of them`, gives)
  }
  if (operator.builtinOptions?.type === 'WhileOptions' && operator.outputs?.length !== inputs) {
    throw place().error(
      'its number of outputs',
      `${inputs}, as many as inputs`,
      operator.outputs?.length ?? 0,
    )
  }
}

/** Checks that what goes into a graph, and comes out of it, has the dtype that both sides say. */
function checkDtypes(
  caller: TfliteSubGraph,
  called: TfliteSubGraph | undefined,
  operator: TfliteOperator,
  { inputs, outputs, isCondition }: Call,
  place: () => Place,
): void {
  const given = operator.inputs ?? new Int32Array(0)
  const taken = operator.outputs ?? new Int32Array(0)
  const type = (graph: TfliteSubGraph | undefined, index: number | undefined): number | undefined =>
    graph?.tensors?.[index ?? -1]?.type
  const compare = (what: string, mine: number | undefined, its: number | undefined): void => {
    const expected = type(called, its)
    const found = type(caller, mine)
    if (expected !== undefined && found !== undefined && expected !== found) {
      throw place().error(
        `the dtype of its ${what}`,
        enumName('TensorType', expected) ?? String(expected),
        enumName('TensorType', found) ?? String(found),
      )
    }
  }
  if (inputs !== undefined) {
    // IF and CASE take the choice first.
    const ahead = given.length - inputs
    called?.inputs?.forEach((index, at) => {
      compare(`input ${at + ahead}`, given[at + ahead], index)
    })
  }
  if (outputs !== undefined && isCondition !== true) {
    called?.outputs?.forEach((index, at) => {
      compare(`output ${at}`, taken[at], index)
    })
  }
}

/** Walks the calls without recursion, however deep they are. */
function checkAcyclic(calls: readonly (readonly number[])[], root: Place): void {
  const done = new Set<number>()
  const open = new Set<number>()
  const stack = calls.map((_, graph) => ({ graph, leave: false })).reverse()
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    if (step.leave) {
      open.delete(step.graph)
      done.add(step.graph)
      continue
    }
    if (done.has(step.graph)) continue
    if (open.has(step.graph)) {
      throw root
        .in(`subgraph ${step.graph}`)
        .error('the subgraphs that it runs', 'others than itself', 'a cycle')
    }
    open.add(step.graph)
    stack.push({ graph: step.graph, leave: true })
    for (const called of calls[step.graph] ?? []) stack.push({ graph: called, leave: false })
  }
}
