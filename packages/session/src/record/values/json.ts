import { SessionError } from '../../errors.ts'
import { isStorable } from './stored-text.ts'

const maxDepth = 100

/** Keys of a record's data that are not the application's. */
export const reservedPrefix = '@'

/**
 * The JSON text of a session value, or an error that names where JSON would have lost something (RFC 8259 has no
 * functions, dates, maps, BigInt, NaN or undefined). What is accepted comes back deeply equal, also -0. Every member is
 * read once, so that what was checked is what is stored: a getter becomes the value that it gave.
 * @throws SessionError `value_not_json`
 */
export function encodeValue(key: string, value: unknown): string {
  if (key.startsWith(reservedPrefix))
    refuse(key, `starts with ${reservedPrefix}, which Latchkey keeps for itself`, 'Rename it.')
  if (!isStorable(key)) refuse(key, 'has a key with U+0000 or half a surrogate pair', 'Use plain keys.')
  return JSON.stringify(checkedCopy(value, key, []))
}

function checkedCopy(value: unknown, path: string, ancestors: readonly object[]): unknown {
  if (value === null || isLeaf(value)) return value
  if (typeof value === 'number') return checkedNumber(value, path)
  if (typeof value !== 'object') refuse(path, `is ${describePrimitive(value)}`, adviceFor(value))
  if (ancestors.includes(value))
    refuse(path, 'refers back to an object that holds it', 'Store an id instead.')
  if (ancestors.length >= maxDepth)
    refuse(path, `is nested deeper than ${maxDepth} levels`, 'Store it elsewhere.')
  const chain = [...ancestors, value]
  return Array.isArray(value) ? copyOfArray(value, path, chain) : copyOfObject(value, path, chain)
}

/** Most values; nothing has to be said of where they are. */
function isLeaf(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && (value !== 0 || !Object.is(value, -0))
  return typeof value === 'string' || typeof value === 'boolean' || value === null
}

function checkedNumber(value: number, path: string): unknown {
  if (!Number.isFinite(value)) refuse(path, `is ${value}`, 'Store null, or a string.')
  // JSON has a -0, and JSON.parse reads it, but JSON.stringify writes 0.
  return Object.is(value, -0) ? rawJson('-0') : value
}

// Node has it since version 21; the types do not.
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown }

function copyOfArray(array: readonly unknown[], path: string, chain: readonly object[]): unknown[] {
  if (!isPlainArray(array)) refuseInstance(array, path)
  refuseToJson(array, path)
  const { length } = array
  const copy: unknown[] = []
  // One that never ends by itself must not be filled before it is refused.
  for (let index = 0; index < length; index++) {
    const element = array[index]
    copy.push(isLeaf(element) ? element : checkedCopy(element, `${path}[${index}]`, chain))
  }
  const owned = Reflect.ownKeys(array)
  // Its elements, and its length.
  if (owned.length !== length + 1) {
    const extra = owned.find((name) => typeof name === 'symbol' || (!/^\d+$/.test(name) && name !== 'length'))
    refuse(path, `is an array with a property ${nameOf(extra)}`, 'Use an object, or store that apart.')
  }
  return copy
}

/** Also one of another realm, as test runners have them. A subclass has a prototype that is no array. */
function isPlainArray(array: readonly unknown[]): boolean {
  const prototype: unknown = Object.getPrototypeOf(array)
  return prototype === Array.prototype || Array.isArray(prototype)
}

function copyOfObject(value: object, path: string, chain: readonly object[]): object {
  if (value instanceof Date)
    refuse(path, 'is a Date, which would come back as a string', 'Store value.getTime().')
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) refuseInstance(value, path)
  refuseToJson(value, path)
  const names = Object.keys(value)
  const owned = Reflect.ownKeys(value)
  if (owned.length !== names.length) {
    const hidden = owned.find((name) => typeof name === 'symbol' || !names.includes(name))
    const what = typeof hidden === 'symbol' ? 'a symbol as a key' : `a hidden property ${nameOf(hidden)}`
    refuse(path, `has ${what}`, 'Use string keys that are enumerable.')
  }
  // Without a prototype, so that __proto__ is a key like any other and no toJSON is inherited.
  const copy: Record<string, unknown> = Object.create(null)
  for (const name of names) {
    const member: unknown = Reflect.get(value, name)
    copy[name] = isLeaf(member) ? member : checkedCopy(member, `${path}.${name}`, chain)
  }
  return copy
}

function refuseInstance(value: object, path: string): never {
  const what = `is a ${value.constructor?.name ?? 'class'} instance`
  refuse(path, what, `Store a plain ${Array.isArray(value) ? 'array' : 'object with its fields'}.`)
}

function refuseToJson(value: object, path: string): void {
  if ('toJSON' in value && typeof value.toJSON === 'function')
    refuse(path, 'has a toJSON method', 'Store what it returns.')
}

function nameOf(key: string | symbol | undefined): string {
  return typeof key === 'string' ? JSON.stringify(key) : String(key)
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
