import { basename, join } from 'node:path'
import { runCommand } from '../setup/command.js'
import { asObject, objectsMember, parseObject, stringMember } from '../setup/json-value.js'
import { displayPath, repositoryRoot } from '../setup/paths.js'
import { SetupError } from '../setup/setup-error.js'

/** The first class of a photograph. */
export interface FirstClass {
  readonly index: number
  readonly label: string
  readonly score: number
}

function numberMember(object: Readonly<Record<string, unknown>>, key: string): number {
  const value = object[key]
  if (typeof value !== 'number') throw new SetupError(`The command line printed no number "${key}".`)
  return value
}

/** Classifies photographs as a user does, with the command line; the first class of each by its file name. */
export async function firstClasses(
  model: string,
  photographs: readonly string[],
): Promise<Map<string, FirstClass>> {
  const cli = join(repositoryRoot, 'packages', 'trt', 'dist', 'cli.js')
  const args = [cli, 'classify', ...photographs.map(displayPath), '--model', displayPath(model), '--json']
  const where = 'edge-trt'
  const report = parseObject(await runCommand(process.execPath, args, { cwd: repositoryRoot }), where)
  return new Map(
    objectsMember(report, 'results', where).map((result) => {
      const first = asObject(objectsMember(result, 'classes', where)[0], `${where}.classes`)
      const entry = {
        index: numberMember(first, 'index'),
        label: stringMember(first, 'label', where),
        score: numberMember(first, 'score'),
      }
      return [basename(stringMember(result, 'source', where)), entry]
    }),
  )
}
