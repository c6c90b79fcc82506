import { createHash } from 'node:crypto'
import { EdgeError } from '@edge/errors'
import type { EngineFacts } from './engine-facts.js'

/** What the cache keeps beside an engine. */
export interface EngineDescription {
  readonly facts: EngineFacts
  /** The model's file name, for people. */
  readonly modelName: string
  /** When it was built, in ISO 8601. */
  readonly builtAt: string
  /** How long that took, in milliseconds. */
  readonly buildMs: number
}

/** The first bytes of an entry's file. The last digit is the version of the format: 8 bytes, then the header's length, header, plan. */
const MAGIC = Buffer.from('EDGEENG1', 'latin1')
const PREFIX_BYTES = MAGIC.length + 4
/** More than any header that was written here. */
const MOST_HEADER_BYTES = 1024 * 1024

interface Header extends EngineDescription {
  readonly planBytes: number
  readonly planSha256: string
}

/** SHA-256 of an engine, in hexadecimal. It may have hundreds of megabytes: nothing hashes one twice. */
export function planHash(plan: Uint8Array): string {
  return createHash('sha256').update(plan).digest('hex')
}

/** The parts of an entry's file, in their order. */
export function encodeEntry(
  description: EngineDescription,
  plan: Uint8Array,
  planSha256 = planHash(plan),
): readonly Uint8Array[] {
  const header: Header = { ...description, planBytes: plan.byteLength, planSha256 }
  const text = Buffer.from(JSON.stringify(header), 'utf8')
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  return [MAGIC, length, text, plan]
}

/** How many bytes of a file `decodeDescription` needs: the prefix says it. */
export function headerEnd(prefix: Uint8Array): number {
  const bytes = Buffer.from(prefix.buffer, prefix.byteOffset, prefix.byteLength)
  if (bytes.length < PREFIX_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw corrupt('it does not begin as an entry does')
  }
  const length = bytes.readUInt32LE(MAGIC.length)
  if (length > MOST_HEADER_BYTES) throw corrupt(`its header would have ${length} bytes`)
  return PREFIX_BYTES + length
}

/** How many bytes `headerEnd` needs. */
export const ENTRY_PREFIX_BYTES = PREFIX_BYTES

/**
 * Reads what an entry's file says of its engine.
 *
 * @param file - at least `headerEnd` bytes of it.
 * @throws EdgeError `MODEL_INVALID` where it is damaged.
 */
export function decodeDescription(file: Uint8Array): EngineDescription & { readonly planBytes: number } {
  const { facts, modelName, builtAt, buildMs, planBytes } = readHeader(file)
  return { facts, modelName, builtAt, buildMs, planBytes }
}

/**
 * Takes the engine out of an entry's file, whose bytes it is a view of.
 *
 * @throws EdgeError `MODEL_INVALID` where anything of it is not as it was written.
 */
export function decodeEntry(
  file: Uint8Array,
): EngineDescription & { readonly plan: Uint8Array; readonly planSha256: string } {
  const { planBytes, planSha256, ...description } = readHeader(file)
  const plan = file.subarray(headerEnd(file))
  if (plan.byteLength !== planBytes)
    throw corrupt(`its engine has ${plan.byteLength} bytes in place of ${planBytes}`)
  if (planHash(plan) !== planSha256) throw corrupt('its engine is not what was written')
  return { ...description, plan, planSha256 }
}

function readHeader(file: Uint8Array): Header {
  const end = headerEnd(file)
  if (file.byteLength < end) throw corrupt('it ends within its header')
  const text = Buffer.from(file.buffer, file.byteOffset + PREFIX_BYTES, end - PREFIX_BYTES).toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw corrupt('its header is no JSON')
  }
  const header = headerOf(value)
  if (header === undefined) throw corrupt('its header lacks something')
  return header
}

function headerOf(value: unknown): Header | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const modelName: unknown = Reflect.get(value, 'modelName')
  const builtAt: unknown = Reflect.get(value, 'builtAt')
  const buildMs: unknown = Reflect.get(value, 'buildMs')
  const planBytes: unknown = Reflect.get(value, 'planBytes')
  const planSha256: unknown = Reflect.get(value, 'planSha256')
  const facts = factsOf(Reflect.get(value, 'facts'))
  if (facts === undefined || typeof modelName !== 'string' || typeof builtAt !== 'string') return undefined
  if (typeof buildMs !== 'number' || typeof planBytes !== 'number' || typeof planSha256 !== 'string')
    return undefined
  return { facts, modelName, builtAt, buildMs, planBytes, planSha256 }
}

function factsOf(value: unknown): EngineFacts | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const facts: Record<string, string> = {}
  for (const [name, fact] of Object.entries(value)) {
    if (typeof fact !== 'string') return undefined
    facts[name] = fact
  }
  return facts
}

function corrupt(found: string): EdgeError {
  return new EdgeError('MODEL_INVALID', {
    summary: 'an entry of the engine cache is damaged',
    expected: 'the file as it was written',
    found,
    remedy: 'It is built again. If that happens often, check the disk.',
  })
}
