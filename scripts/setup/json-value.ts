import { SetupError } from './setup-error.js'

/** A parsed JSON object whose members are still unknown. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Parses text that must hold a JSON object; `where` names it in the error. */
export function parseObject(text: string, where: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new SetupError(`${where} is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  return asObject(value, where)
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value as an object, or an error that says where it is not one. */
export function asObject(value: unknown, where: string): JsonObject {
  if (!isObject(value)) throw new SetupError(`${where} must be an object`)
  return value
}

/** The member `key` as an object. */
export function objectMember(object: JsonObject, key: string, where: string): JsonObject {
  return asObject(object[key], `${where}.${key}`)
}

/** The member `key` as a string that is not empty. */
export function stringMember(object: JsonObject, key: string, where: string): string {
  const value = object[key]
  if (typeof value !== 'string' || value === '') throw new SetupError(`${where}.${key} must be a string`)
  return value
}

/** The member `key` as a list of objects. */
export function objectsMember(object: JsonObject, key: string, where: string): JsonObject[] {
  const value = object[key]
  if (!Array.isArray(value)) throw new SetupError(`${where}.${key} must be a list`)
  return value.map((item: unknown, index) => asObject(item, `${where}.${key}[${index}]`))
}

/** The member `key` as a list of strings. */
export function stringsMember(object: JsonObject, key: string, where: string): string[] {
  const value = object[key]
  if (!Array.isArray(value)) throw new SetupError(`${where}.${key} must be a list`)
  return value.map((item: unknown, index) => {
    if (typeof item !== 'string') throw new SetupError(`${where}.${key}[${index}] must be a string`)
    return item
  })
}
