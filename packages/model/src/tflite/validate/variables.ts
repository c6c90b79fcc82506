import type { TfliteModel, TfliteOperator, TfliteSubGraph, TfliteTensor } from '../model.js'
import { operatorKind } from '../operator-kind.js'
import type { Place } from './place.js'
import { shapeOf } from './tensors.js'

/**
 * Checks that a variable that several operators assign and read has one dtype and one shape: XNNPACK copies as much as either says.
 */
export function checkVariables(model: TfliteModel, root: Place): void {
  const values = new Map<Variable, TfliteTensor>()
  const variables = new Variables()
  model.subgraphs?.forEach((graph, g) => {
    const handles = new Map<number, Variable>()
    graph.operators?.forEach((operator, o) => {
      const builtin = operatorKind(model, operator)?.builtin
      if (builtin === 'VAR_HANDLE') {
        handles.set(operator.outputs?.[0] ?? -1, variables.of(operator))
        return
      }
      const value = variableValue(builtin, operator, graph)
      const variable = handles.get(operator.inputs?.[0] ?? -1)
      if (value === undefined || variable === undefined) return
      const other = values.get(variable) ?? value
      values.set(variable, other)
      if (describe(value) !== describe(other)) {
        throw root
          .in(`subgraph ${g}`)
          .in(`operator ${o} (${builtin})`)
          .error('dtype and shape of its variable', `${describe(other)}, as elsewhere`, describe(value))
      }
    })
  })
}

/** Stands for one variable. */
type Variable = symbol

/** Variables by container and name. Names are compared as they are: building keys of them would copy them for each operator. */
class Variables {
  readonly #containers = new Map<string | undefined, Map<string | undefined, Variable>>()

  of({ builtinOptions }: TfliteOperator): Variable {
    const options = builtinOptions?.type === 'VarHandleOptions' ? builtinOptions.value : undefined
    const names = this.#containers.get(options?.container) ?? new Map<string | undefined, Variable>()
    this.#containers.set(options?.container, names)
    const variable = names.get(options?.sharedName) ?? Symbol('variable')
    names.set(options?.sharedName, variable)
    return variable
  }
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
