import type { Answer } from '../../network/http.ts'
import type { Field } from '../../network/pages/form.ts'
import { pageOf } from '../../network/pages/navigate.ts'
import type { Find } from '../../options/action.ts'

/** The value as the site shows it; null where it is not there. */
export function valueIn(answer: Answer, find: Find): string | null {
  if (answer.status < 200 || answer.status >= 300) return null
  if (find.kind === 'json') return memberOf(answer.body, find.name)
  const page = pageOf(answer)
  if (find.kind === 'match') {
    const text = page.text === '' && page.forms.length === 0 ? answer.body : page.text
    return find.pattern.exec(text)?.[1] ?? null
  }
  const fields = page.forms.flatMap((form) => form.fields).filter(({ name }) => name === find.name)
  return fields.length === 0 ? null : held(fields)
}

/** What a control holds: of boxes and radio buttons those that are ticked. */
function held(fields: readonly Field[]): string {
  const ticked = ({ type }: Field) => type === 'checkbox' || type === 'radio'
  return fields
    .filter((field) => !ticked(field) || field.checked)
    .map(({ value }) => value)
    .join(', ')
}

function memberOf(body: string, path: string): string | null {
  try {
    let value: unknown = JSON.parse(body)
    for (const key of path.split('.')) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null
      value = (value as Record<string, unknown>)[key]
    }
    return typeof value === 'string' ? value : JSON.stringify(value)
  } catch {
    return null
  }
}
