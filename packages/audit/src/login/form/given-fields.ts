import type { Field, Form } from '../../network/pages/form.ts'

export interface GivenFields {
  /** Controls, and what they hold. */
  readonly typed: ReadonlyMap<Field, string>
  /** What no control holds. */
  readonly left: Readonly<Record<string, string>>
}

/** The controls of a form that values given by name are for; of a list and of radio buttons the one that they name. */
export function giveFields({ fields }: Form, values: Readonly<Record<string, string>> = {}): GivenFields {
  const typed = new Map<Field, string>()
  const left: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) {
    const named = fields.filter((field) => field.name === name && !field.disabled)
    const radios = named.filter(({ type }) => type === 'radio')
    const field =
      radios.find((radio) => radio.value === value) ??
      radios.find(({ hint }) => same(hint, value)) ??
      named.find(({ type }) => type !== 'radio')
    if (field === undefined) left[name] = value
    else typed.set(field, field.type === 'radio' ? field.value : (chosen(field, value) ?? value))
  }
  return { typed, left }
}

/** What a list sends for a value, or for the text that a person sees; null when it has neither. */
function chosen({ choices }: Field, given: string): string | null {
  const choice = choices.find(({ value }) => value === given) ?? choices.find(({ text }) => same(text, given))
  return choice?.value ?? null
}

/**
 * What a list of users sends for a user name: the choice that is it, or the only one that has it, or else what stands
 * before its @, as a word. Null when there is none.
 */
export function chosenUser(field: Field, username: string): string | null {
  if (username === '') return null
  const exact = chosen(field, username)
  if (exact !== null) return exact
  for (const word of new Set([username, username.split('@', 1)[0] ?? ''])) {
    const having = field.choices.filter(({ value, text }) =>
      words(`${value} ${text}`).includes(word.toLowerCase()),
    )
    if (having.length > 0) return having.length === 1 ? (having[0]?.value ?? null) : null
  }
  return null
}

function words(text: string): string[] {
  return text.toLowerCase().split(/[\s()<>[\],;]+/)
}

function same(text: string, given: string): boolean {
  return text.trim().toLowerCase() === given.trim().toLowerCase()
}
