import { SessionError } from '../errors.ts'
import { isStorable } from './stored-text.ts'

const maxDepth = 100

/** Keys of a record's data that are not the application's. */
export const reservedPrefix = '@'

/**
 * The JSON text of a session value, or an error that names where JSON would have lost something
 * (RFC 8259 has no functions, dates, maps, BigInt, NaN or undefined).
 * @throws SessionError `value_not_json`
 */
export function encodeValue(key: string, value: unknown): string {
  if (key.startsWith(reservedPrefix))
    refuse(key, `starts with ${reservedPrefix}, which Latchkey keeps for itself`, 'Rename it.')
  if (!isStorable(key)) refuse(key, 'has a key with U+0000 or half a surrogate pair', 'Use plain keys.')
  refuseLossy(value, key, [])
  return JSON.stringify(value)
}

function refuseLossy(value: unknown, path: string, ancestors: readonly object[]): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) refuse(path, `is ${value}`, 'Store null, or a string.')
    return
  }
  if (typeof value !== 'object') refuse(path, `is ${describePrimitive(value)}`, adviceFor(value))
  if (ancestors.includes(value))
    refuse(path, 'refers back to an object that holds it', 'Store an id instead.')
  if (ancestors.length >= maxDepth)
    refuse(path, `is nested deeper than ${maxDepth} levels`, 'Store it elsewhere.')
  const chain = [...ancestors, value]
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) refuseLossy(value[index], `${path}[${index}]`, chain)
    return
  }
  refuseInstance(value, path)
  for (const [name, member] of Object.entries(value)) refuseLossy(member, `${path}.${name}`, chain)
}

function refuseInstance(value: object, path: string): void {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (value instanceof Date)
    refuse(path, 'is a Date, which would come back as a string', 'Store value.getTime().')
  if (prototype !== null && prototype !== Object.prototype) {
    refuse(
      path,
      `is a ${value.constructor?.name ?? 'class'} instance`,
      'Store a plain object with its fields.',
    )
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    refuse(path, 'has a toJSON method', 'Store what it returns.')
  }
  if (Object.getOwnPropertySymbols(value).length > 0)
    refuse(path, 'has a symbol as a key', 'Use string keys.')
}

function describePrimitive(value: unknown): string {
  return value === undefined ? 'undefined' : typeof value === 'bigint' ? 'a BigInt' : `a ${typeof value}`
}

function adviceFor(value: unknown): string {
  if (value === undefined) return 'Use delete(key) to remove a value, or leave the property out.'
  return typeof value === 'bigint' ? 'Store value.toString().' : 'Store plain data.'
}

function refuse(path: string, problem: string, advice: string): never {
  throw new SessionError(
    'value_not_json',
    `Session value ${JSON.stringify(path)} ${problem}: it cannot be stored. ${advice}`,
  )
}
