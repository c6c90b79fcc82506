// Writes stubs.h: for each interface of TensorRT that the doubles implement, a class that overrides every virtual function there
// is in the pinned headers. An override tells control.h of the call, and passes it on to a function of its own ("on" before the
// name), which a double overrides where it does something; where it does not, the call ends the process with its name.
//
//   node generate-stubs.mjs HEADERS MAJOR slots.json OUTPUT [ILayers]
//
// ILayers are more interfaces of layers, separated by commas, for whoever has a network of its own.
//
// Real libraries have only the slots that their headers had; slots.json says since which minor each newer slot is there. It was read
// off the headers of all of NVIDIA's public releases from 10.0 to 11.1; what 11.4 has besides is taken to be as new as that, but for
// what a comment there dates. Those of the parser are dated by the release whose Python binding first calls them. In each major, slots
// are only appended, with one exception that is not imitated: 10.8 alone has INetworkDefinition's addCumulative before getBuilder.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The public class, and the classes of virtual functions that stand behind it. */
const interfaces = [
  ['IHostMemory', 'VHostMemory'],
  ['IRuntime', 'VRuntime'],
  ['IRefitter', 'VRefitter'],
  ['IOptimizationProfile', 'VOptimizationProfile'],
  ['ICudaEngine', 'VCudaEngine'],
  ['IExecutionContext', 'VExecutionContext'],
  ['IEngineInspector', 'VEngineInspector'],
  ['ITensor', 'VTensor'],
  ['IActivationLayer', 'VActivationLayer', 'VLayer'],
  ['ICastLayer', 'VCastLayer', 'VLayer'],
  ['IConstantLayer', 'VConstantLayer', 'VLayer'],
  ['IElementWiseLayer', 'VElementWiseLayer', 'VLayer'],
  ['IMatrixMultiplyLayer', 'VMatrixMultiplyLayer', 'VLayer'],
  ['INonZeroLayer', 'VNonZeroLayer', 'VLayer'],
  ['IQuantizeLayer', 'VQuantizeLayer', 'VLayer'],
  ['IDequantizeLayer', 'VDequantizeLayer', 'VLayer'],
  ['INetworkDefinition', 'VNetworkDefinition'],
  ['ITimingCache', 'VTimingCache'],
  ['IBuilderConfig', 'VBuilderConfig'],
  ['IBuilder', 'VBuilder'],
]
/** Those of the parser have no such class behind them: their own functions are virtual. */
const parserInterfaces = ['IParser', 'IParserRefitter']

const [headers, major, slotsFile, output, moreLayers = ''] = process.argv.slice(2)
const layers = moreLayers.split(',').filter((name) => name !== '')
const slots = JSON.parse(readFileSync(slotsFile, 'utf8'))[major]

/** A header without comments and without what no released library was compiled with. */
const readHeader = (name) =>
  readFileSync(join(headers, name), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/[^\n]*/g, '')
    .replace(/#if ENABLE_[\s\S]*?#endif/g, '')

function classBody(text, name) {
  const found = new RegExp(`class (?:TRT_DEPRECATED )?${name}\\b[^;{]*\\{([\\s\\S]*?)\\n\\};`).exec(text)
  if (found === null) throw new Error(`${name} is not in TensorRT ${major}'s headers`)
  return found[1]
}

/** The arguments' types: a name, where there is one, is the last word of several. */
function argumentTypes(text) {
  const parts = text.trim() === '' ? [] : text.split(',')
  return parts.map((part) => {
    const type = part.replace(/=.*$/s, '').trim()
    const named = /^(.*[\s*&])(\w+)$/s.exec(type)
    return named !== null && named[2] !== 'const' ? named[1].trim() : type
  })
}

function virtualFunctions(body) {
  return [...body.matchAll(/virtual\s+([^;~]*?)\s*=\s*0\s*;/g)].map(([, declaration]) => {
    const [, result, name, list, rest] = /^([\s\S]*?)(\w+)\s*\(([\s\S]*)\)([^)]*)$/.exec(declaration)
    return { result: result.trim(), name, types: argumentTypes(list), qualifiers: rest.trim().split(/\s+/) }
  })
}

/** Whether a caller has to expect that the function fails: it makes something, or says that it worked. */
function canFail({ result, name }) {
  if (/^(get|is|has|are|all|platform|can|exec)/.test(name)) return name === 'executeV2'
  return result === 'bool' || /^(nvinfer1::)?I\w+\s*\*$/.test(result) || name === 'addOptimizationProfile'
}

function overriding(publicName, virtualName, method) {
  const since = slots[`${virtualName}.${method.name}`] ?? 0
  const constant = method.qualifiers.includes('const') ? ' const' : ''
  const noexcept = method.qualifiers.includes('noexcept') ? ' noexcept' : ''
  const parameters = method.types.map((type, index) => `${type} a${index}`).join(', ')
  const values = method.types.map((_, index) => `a${index}`).join(', ')
  const hook = `on${method.name[0].toUpperCase()}${method.name.slice(1)}`
  const call = `"${publicName}::${method.name}", ${since}, ${canFail(method)}`
  const failure = method.result === 'void' ? 'return' : `return refusal<${method.result}>()`
  return `  ${method.result} ${method.name}(${parameters})${constant}${noexcept} final {
    static constexpr Call call{${call}};
    if (enter(call)) ${failure};
    return ${hook}(${values});
  }
  virtual ${method.result} ${hook}(${method.types.join(', ')})${constant} { notImplemented("${publicName}::${method.name}"); }
`
}

function stub(text, [publicName, ...virtualNames]) {
  const own = virtualNames.length === 0
  const sources = own ? [publicName] : virtualNames
  const bases = own ? [publicName] : [publicName, ...virtualNames.map((name) => `apiv::${name}`)]
  const members = sources.flatMap((source) =>
    virtualFunctions(classBody(text, source)).map((method) => overriding(publicName, source, method)),
  )
  const pointers = virtualNames.map((name, index) => {
    const owner = index === 0 ? publicName : 'ILayer'
    return `${owner}::${index === 0 ? 'mImpl' : 'mLayer'} = static_cast<apiv::${name}*>(this);`
  })
  return `class ${publicName.slice(1)}Stub : ${bases.map((base) => `public ${base}`).join(', ')}, private Live {
 public:
${members.join('\n')}
 protected:
  ${publicName.slice(1)}Stub() : Live("${publicName}") { ${pointers.join(' ')} }
};
`
}

const infer = readHeader('NvInferImpl.h')
const parser = readHeader('NvOnnxParser.h')
const content = `// Generated by generate-stubs.mjs from the headers of TensorRT ${major}. Do not edit.
#pragma once

#include <NvInfer.h>
#include <NvOnnxParser.h>

#include "control.h"

namespace edge::tensorrt_double {

using namespace nvinfer1;
using namespace nvonnxparser;

${[...interfaces.map((entry) => stub(infer, entry)), ...layers.map((name) => stub(infer, [name, name.replace(/^I/, 'V'), 'VLayer'])), ...parserInterfaces.map((name) => stub(parser, [name]))].join('\n')}
}  // namespace edge::tensorrt_double
`
// What is as it was does not lead to compiling everything again.
if (!existsSync(output) || readFileSync(output, 'utf8') !== content) {
  mkdirSync(dirname(output), { recursive: true })
  writeFileSync(output, content)
}
