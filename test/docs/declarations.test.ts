import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { root } from '../architecture/source-packages.js'

/** The declarations that a package's entries lead to: what an editor shows. */
function declarationsOf(name: string): string[] {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
  const entries: unknown =
    typeof manifest === 'object' && manifest !== null && Reflect.get(manifest, 'exports')
  return Object.values(Object(entries)).flatMap((entry: unknown) => {
    const types: unknown = typeof entry === 'object' && entry !== null && Reflect.get(entry, 'types')
    return typeof types === 'string' ? [join(root, 'packages', name, types)] : []
  })
}

const files = ['trt', 'classify', 'image', 'runtime', 'model', 'errors'].flatMap(declarationsOf)
const program = ts.createProgram(files, {
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
})
const checker = program.getTypeChecker()
const hasComment = (symbol: ts.Symbol) => symbol.getDocumentationComment(checker).length > 0

/** What is declared for users in a class or an interface, with its parent's name. */
function membersOf(symbol: ts.Symbol): [string, ts.Symbol][] {
  const declared = symbol.declarations?.some(
    (declaration) => ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration),
  )
  if (declared !== true) return []
  return [...(symbol.members ?? [])].flatMap(([name, member]): [string, ts.Symbol][] => {
    const isHidden = member.declarations?.some(
      (declaration) =>
        (ts.canHaveModifiers(declaration) &&
          ts.getModifiers(declaration)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)) ||
        ts.isConstructorDeclaration(declaration) ||
        ts.isTypeParameterDeclaration(declaration) ||
        ts.getJSDocTags(declaration).some((tag) => tag.tagName.text === 'internal'),
    )
    return isHidden === true || String(name).startsWith('__#') ? [] : [[`${symbol.name}.${name}`, member]]
  })
}

describe('the built declarations', () => {
  it.each(files.map((file) => file.slice(root.length)))('%s have the comments of the sources', (file) => {
    const source = program.getSourceFile(join(root, file))
    const module = source && checker.getSymbolAtLocation(source)
    if (module === undefined) throw new Error(`${file} declares no module: build the packages`)
    const symbols = checker
      .getExportsOfModule(module)
      .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
    expect(symbols.length).toBeGreaterThan(0)
    const all = symbols.flatMap((symbol): [string, ts.Symbol][] => [
      [symbol.name, symbol],
      ...membersOf(symbol),
    ])
    expect(all.filter(([, symbol]) => !hasComment(symbol)).map(([name]) => name)).toEqual([])
  })
})
