import { SessionError } from '../errors.ts'
import { reservedPrefix } from '../record/values/json.ts'
import { isStorable } from '../record/values/stored-text.ts'

/**
 * What Latchkey needs of a validator: version 1 of the Standard Schema interface (standardschema.dev), which Zod,
 * Valibot, ArkType and others implement. It must answer at once, take what it returns, and return that unchanged.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** A schema for each key of the session's data: concurrent writes merge by key, so each is checked by itself. */
export type DataSchemas = Readonly<Record<string, StandardSchema>>

/** The type of the session's data. `never` for a schema that does not take what it returns. */
export type InferData<Schemas extends DataSchemas> = {
  -readonly [Key in keyof Schemas]: ValueOf<NonNullable<Schemas[Key]['~standard']['types']>>
}

type ValueOf<Types extends { readonly input: unknown; readonly output: unknown }> = [
  Types['output'],
] extends [Types['input']]
  ? Types['output']
  : never

export interface SchemaOptions<Schemas extends DataSchemas = DataSchemas> {
  /** A Standard Schema for each key of the data: types the session, and is checked on write and on read. */
  readonly data: Schemas
  /**
   * Version of the data, a whole number from 1. Raise it when a schema no longer takes what is stored, and give
   * `migrate`. Default 1, which records without a version have.
   */
  readonly dataVersion?: number | undefined
  /**
   * Makes the data of an older version into that of `dataVersion`; what it leaves out is removed. Runs when a request
   * opens such a session, perhaps for several requests at once, of which one is stored. A session whose data it does
   * not make fit the schemas is ended.
   */
  readonly migrate?:
    | ((old: Record<string, unknown>, version: number) => Partial<InferData<Schemas>>)
    | undefined
}

/** @throws SessionError `config_invalid` */
export function refuseInvalidSchema({ data, dataVersion, migrate }: Partial<SchemaOptions>): void {
  if (data === undefined) {
    if (dataVersion !== undefined || migrate !== undefined)
      refuse('dataVersion and migrate need data: a schema for each key.')
    return
  }
  for (const [key, schema] of Object.entries(data)) {
    if (key.startsWith(reservedPrefix) || !isStorable(key))
      refuse(`data has the key ${JSON.stringify(key)}, which cannot be stored. Rename it.`)
    if (schema?.['~standard']?.version !== 1 || typeof schema['~standard'].validate !== 'function')
      refuse(
        `data.${key} is no Standard Schema (standardschema.dev). Write a schema of Zod, Valibot or ArkType.`,
      )
  }
  if (dataVersion === undefined || dataVersion === 1) return
  if (!Number.isSafeInteger(dataVersion) || dataVersion < 1)
    refuse(`dataVersion: ${dataVersion} is no version. Write a whole number from 1.`)
  if (typeof migrate !== 'function')
    refuse(`dataVersion: ${dataVersion} needs migrate: (old, version) => data, for sessions of before.`)
}

function refuse(problem: string): never {
  throw new SessionError('config_invalid', problem)
}
