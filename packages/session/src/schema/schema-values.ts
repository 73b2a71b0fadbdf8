import { SessionError } from '../errors.ts'
import { encodeValue } from '../record/values/json.ts'
import { unreadable } from '../record/values/unreadable.ts'
import { parseValue, unlessUnreadable, type Values } from '../record/values/values.ts'
import type { DataSchemas, SchemaOptions, StandardSchema } from './schema.ts'
import { checkValue } from './schema-check.ts'
import { versionOf } from './schema-version.ts'

/**
 * Values that fit a schema each.
 * @param warn hears why a migration failed
 */
export function schemaValues(
  { data: schemas, dataVersion: version = 1, migrate }: SchemaOptions,
  warn: (message: string) => void,
): Values {
  const values: Values = {
    version,
    encode(key, value) {
      const schema = schemaOf(schemas, key)
      if (!schema) throw invalid(key, [key], `data has no schema for ${JSON.stringify(key)}`)
      const checked = checkValue(key, schema, value)
      if ('paths' in checked) throw invalid(key, checked.paths, 'Store what its schema takes')
      return encodeValue(key, checked.value)
    },
    decode(record, key, text) {
      values.assertVersion(record)
      const schema = schemaOf(schemas, key)
      if (!schema) return undefined
      const checked = checkValue(key, schema, parseValue(key, text))
      if ('value' in checked) return checked.value
      throw unreadable(`${checked.paths.join(', ')}: does not fit the schema`)
    },
    glance(record, key, text) {
      if (versionOf(record) !== version) return undefined
      return unlessUnreadable(() => values.decode(record, key, text))
    },
    assertVersion(record) {
      if (versionOf(record) > version) throw newer(versionOf(record), version)
    },
    isOutdated: (record) => versionOf(record) < version,
    migrate(old, from) {
      try {
        return encodeAll(values, schemas, made(migrate?.({ ...old }, from)))
      } catch (error) {
        if (isMistake(error)) throw error
        warn(
          `latchkey: session data of version ${from} could not be migrated to ${version}: ${reasonOf(error)}`,
        )
        return null
      }
    },
  }
  return values
}

function schemaOf(schemas: DataSchemas, key: string): StandardSchema | undefined {
  return Object.hasOwn(schemas, key) ? schemas[key] : undefined
}

/** What has no schema any more is left out, and so removed. */
function encodeAll(values: Values, schemas: DataSchemas, data: object): Record<string, string> {
  const kept = Object.entries(data).filter(([key, value]) => value !== undefined && schemaOf(schemas, key))
  return Object.fromEntries(kept.map(([key, value]) => [key, values.encode(key, value)]))
}

function made(data: unknown): object {
  if (typeof data === 'object' && data !== null && !(data instanceof Promise) && !Array.isArray(data))
    return data
  throw new SessionError(
    'config_invalid',
    'migrate must return an object with the data, and not a promise of it.',
  )
}

function isMistake(error: unknown): boolean {
  return error instanceof SessionError && error.code === 'config_invalid'
}

// Another's message may hold a value; where it was thrown does not.
function reasonOf(error: unknown): string {
  if (error instanceof SessionError) return error.message
  if (!(error instanceof Error)) return 'migrate threw'
  const place = error.stack?.split('\n').find((line) => /^\s+at /.test(line))
  return `migrate threw a ${error.name}${place ? ` ${place.trim()}` : ''}`
}

function invalid(key: string, paths: readonly string[], advice: string): SessionError {
  return new SessionError(
    'value_invalid',
    `Session value ${JSON.stringify(key)} does not fit its schema at ${paths.join(', ')}; nothing was stored. ${advice}.`,
    { paths },
  )
}

function newer(found: number, known: number): SessionError {
  return new SessionError(
    'data_newer',
    `The data of this session has version ${found}, and this server knows ${known}: finish the roll-out, or let ` +
      'newer servers answer.',
  )
}
