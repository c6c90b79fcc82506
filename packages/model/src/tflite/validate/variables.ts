import type { TfliteModel, TfliteOperator, TfliteSubGraph, TfliteTensor } from '../model.js'
import { operatorKind } from '../operator-kind.js'
import type { Place } from './place.js'
import { shapeOf } from './tensors.js'

/**
 * Checks that a variable that several operators assign and read has one dtype and one shape: XNNPACK copies as much as either says.
 */
export function checkVariables(model: TfliteModel, root: Place): void {
  const values = new Map<string, TfliteTensor>()
  model.subgraphs?.forEach((graph, g) => {
    const names = new Map<number, string>()
    graph.operators?.forEach((operator, o) => {
      const builtin = operatorKind(model, operator)?.builtin
      if (builtin === 'VAR_HANDLE') {
        names.set(operator.outputs?.[0] ?? -1, variableName(operator))
        return
      }
      const value = variableValue(builtin, operator, graph)
      const name = names.get(operator.inputs?.[0] ?? -1)
      if (value === undefined || name === undefined) return
      const other = values.get(name) ?? value
      values.set(name, other)
      if (describe(value) !== describe(other)) {
        throw root
          .in(`subgraph ${g}`)
          .in(`operator ${o} (${builtin})`)
          .error('dtype and shape of its variable', `${describe(other)}, as elsewhere`, describe(value))
      }
    })
  })
}

function variableName({ builtinOptions }: TfliteOperator): string {
  const options = builtinOptions?.type === 'VarHandleOptions' ? builtinOptions.value : undefined
  return JSON.stringify([options?.container, options?.sharedName])
}

function variableValue(
  builtin: string | undefined,
  { inputs, outputs }: TfliteOperator,
  { tensors = [] }: TfliteSubGraph,
): TfliteTensor | undefined {
  if (builtin === 'READ_VARIABLE') return tensors[outputs?.[0] ?? -1]
  return builtin === 'ASSIGN_VARIABLE' ? tensors[inputs?.[1] ?? -1] : undefined
}

function describe(tensor: TfliteTensor): string {
  return `type ${tensor.type} of [${shapeOf(tensor).join(', ')}]`
}
