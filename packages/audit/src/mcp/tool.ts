import type { ProgressEvent } from '../options/options.ts'
import type { Property } from './asked/target-schema.ts'
import type { Grants } from './grants.ts'
import type { KeptReports } from './kept-reports.ts'
import type { Turn } from './turn.ts'

/** What all calls of one server share. */
export interface Desk {
  readonly grants: Grants
  readonly turn: Turn
  readonly reports: KeptReports
}

/** What one call has besides its arguments. */
export interface Call extends Desk {
  /** Aborted when the client cancels the call, or is gone. */
  readonly signal: AbortSignal
  readonly onProgress: (event: ProgressEvent) => void
  /** Name and value of each secret that this call opened: nothing of them leaves, also where it fails. */
  readonly secrets: Map<string, string>
}

/** A JSON Schema of an object. */
export interface ObjectSchema {
  readonly type: 'object'
  readonly properties: Readonly<Record<string, Property>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
}

/** What it hands back: plain data. */
export type Content = Readonly<Record<string, unknown>>

/** One tool. Throws ToolError or AuditError for what it does not do. */
export interface Tool<Input = never> {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly annotations: {
    readonly readOnlyHint: boolean
    readonly destructiveHint: boolean
    readonly idempotentHint: boolean
    readonly openWorldHint: boolean
  }
  /** By what is allowed: an agent reads of nothing that would be refused. */
  inputSchema(grants: Grants): ObjectSchema
  /** Members of a result; errors have `error` instead. */
  readonly output: ObjectSchema
  call(input: Input, call: Call): Promise<Content>
}
