/**
 * `pnpm docs:api`: the API reference, as HTML in `.cache/docs/api`, made of the TSDoc in the packages' sources. What lacks a comment, is
 * not exported although a signature names it, or links to nothing, is an error; `pnpm lint` looks for the same and writes nothing.
 */
import { Application, Logger, LogLevel, type ProjectReflection, type ReflectionKind } from 'typedoc'
import { runAsProgram } from '../run-as-program.js'
import { inRepository } from '../setup/stamp.js'

/** Entry points of the packages whose API is for users, in the order of the reference's contents. */
const entryPoints = [
  'packages/trt/src/index.ts',
  'packages/classify/src/index.ts',
  'packages/image/src/index.ts',
  'packages/runtime/src/index.ts',
  'packages/model/src/index.ts',
  'packages/model/src/tflite/index.ts',
  'packages/model/src/tflite/validate/index.ts',
  'packages/model/src/onnx/index.ts',
  'packages/errors/src/index.ts',
]

/** The packages whose declarations are checked, with the data of each that types are derived from and nobody needs the name of. */
const packages: Readonly<Record<string, readonly string[]>> = {
  trt: [],
  classify: [],
  image: [],
  runtime: [],
  model: [
    'flatbuffer/schema.ts:TableOf',
    'flatbuffer/schema.ts:UnionOf',
    'metadata/table.ts:Schema',
    'onnx/data-types.ts:DATA_TYPES',
    'onnx/schema.ts:ONNX_SCHEMA',
    'onnx/schema.ts:OnnxMessages',
    'tflite/model.ts:Schema',
  ],
  errors: ['codes.json:codes'],
  native: ['surface.ts:DTYPES'],
}

/** What has to have a comment. A parameter needs none where its name and type say it, nor does a class's constructor. */
const documented: ReflectionKind.KindString[] = [
  'Module',
  'Variable',
  'Function',
  'Class',
  'Interface',
  'Property',
  'Method',
  'Accessor',
  'TypeAlias',
]

/** Keeps what TypeDoc says of the sources, for whoever asked for it to print. */
class Findings extends Logger {
  readonly lines = new Set<string>()

  override log(message: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) this.lines.add(message)
  }
}

interface Reference {
  readonly app: Application
  readonly project: ProjectReflection | undefined
  /** What is wrong with the comments; empty where nothing is. */
  readonly findings: readonly string[]
}

async function readApi(): Promise<Reference> {
  const app = await Application.bootstrap({
    name: '@edge/trt',
    entryPoints: entryPoints.map((file) => inRepository(file)),
    tsconfig: inRepository('scripts', 'docs', 'sources.tsconfig.json'),
    basePath: inRepository('.'),
    readme: inRepository('packages', 'trt', 'README.md'),
    projectDocuments: [inRepository('packages', 'trt', 'guides', '*.md')],
    // Where the sources are to be seen is not known: the packages name no address.
    disableSources: true,
    excludeInternal: true,
    excludePrivate: true,
    // What our classes inherit of Error or of Node.js' own is documented elsewhere.
    excludeExternals: true,
    sort: ['kind', 'alphabetical'],
    requiredToBeDocumented: documented,
    validation: {
      notExported: true,
      invalidLink: true,
      rewrittenLink: true,
      notDocumented: true,
      unusedMergeModuleWith: true,
    },
  })
  const findings = new Findings()
  app.logger = findings
  const project = await app.convert()
  if (project === undefined) return { app, project, findings: [...findings.lines] }
  // TypeDoc looks after the declarations of the project's own package alone, and here are several.
  for (const [name, unexported] of Object.entries(packages)) {
    project.packageName = `@edge/${name}`
    app.options.setValue('intentionallyNotExported', unexported)
    app.validate(project)
  }
  return { app, project, findings: [...findings.lines] }
}

/** What is wrong with the TSDoc of the packages. */
export async function apiFindings(): Promise<readonly string[]> {
  return (await readApi()).findings
}

runAsProgram(import.meta.url, async () => {
  const { app, project, findings } = await readApi()
  for (const finding of findings) console.error(finding)
  if (project === undefined || findings.length > 0) {
    process.exitCode = 1
    return
  }
  const directory = inRepository('.cache', 'docs', 'api')
  await app.generateDocs(project, directory)
  console.log(`${directory}/index.html`)
})
