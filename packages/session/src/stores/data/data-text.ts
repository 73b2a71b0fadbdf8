import { parseJson } from '../../record/values/json-text.ts'

/** The data of a record: one JSON object whose values are strings. */
export function parseData(json: string): Record<string, string> {
  return json === '{}' ? {} : (parseJson(json) as Record<string, string>)
}
