import { html } from 'hono/html'
import type { z } from 'zod'
import type { ConsoleContext } from './context.ts'
import type { Html } from './html.ts'

export type Problems = Readonly<Record<string, string>>

export type FormResult<Values> =
  | { readonly values: Values; readonly problems: null; readonly typed: Typed }
  | { readonly values: null; readonly problems: Problems; readonly typed: Typed }

/** The fields as they came, to show them again: never those that are secret. */
export type Typed = Readonly<Record<string, string | undefined>>

/** Reads a posted form. Fields that came twice, and files, count as not given. */
export async function readForm<Values>(
  c: ConsoleContext,
  schema: z.ZodType<Values>,
): Promise<FormResult<Values>> {
  const typed = await readFields(c)
  const { data, error } = schema.safeParse(typed)
  if (!error) return { values: data, problems: null, typed }
  const problems: Record<string, string> = {}
  for (const { path, message } of error.issues) problems[String(path[0] ?? 'form')] ??= message
  return { values: null, problems, typed }
}

/** The fields of a posted form that came once; may be asked again. A file is what is in it. */
export async function readFields(c: ConsoleContext): Promise<Typed> {
  const type = c.req.header('content-type') ?? ''
  const entries = type.startsWith('multipart/form-data') ? await partsOf(c, type) : await pairsOf(c, type)
  const fields = new Map<string, string | undefined>()
  // No form of ours has a field twice, and whatever looked at this one on its way may have looked at the other value.
  for (const [name, value] of entries) {
    fields.set(name, fields.has(name) ? undefined : value)
  }
  return Object.fromEntries(fields)
}

async function pairsOf(c: ConsoleContext, type: string): Promise<Iterable<[string, string]>> {
  const text = await c.req.text()
  return new URLSearchParams(type.startsWith('application/x-www-form-urlencoded') ? text : '')
}

async function partsOf(c: ConsoleContext, type: string): Promise<Iterable<[string, string]>> {
  const body = await c.req.arrayBuffer()
  const form = await new Response(body, { headers: { 'content-type': type } }).formData().catch(() => [])
  return Promise.all(
    [...form].map(
      async ([name, value]): Promise<[string, string]> => [
        name,
        typeof value === 'string' ? value : await value.text(),
      ],
    ),
  )
}

export interface Field {
  readonly name: string
  readonly label: string
  readonly type?: 'text' | 'password'
  readonly value?: string
  readonly hint?: string
  readonly problem?: string | undefined
  readonly autocomplete: string
  readonly required?: boolean
  /** The group the field is in says that it is optional. */
  readonly inOptionalGroup?: boolean
  readonly maxLength?: number
  readonly inputMode?: 'url' | 'numeric'
  readonly placeholder?: string
}

/** A labelled input; its hint and problem are read out with it. */
export function field(options: Field): Html {
  const { name, type = 'text', required = false } = options
  return labelled(
    options,
    (described) =>
      html`<input id="${name}" name="${name}" type="${type}" autocomplete="${options.autocomplete}"${attributes(
        {
          value: options.value,
          placeholder: options.placeholder,
          inputmode: options.inputMode,
          maxlength: options.maxLength?.toString(),
        },
      )}${described} autocapitalize="none" spellcheck="false"${required ? html` required` : ''}>`,
  )
}

type Labelled = Pick<Field, 'name' | 'label' | 'hint' | 'problem' | 'required' | 'inOptionalGroup'>

/** What is around each kind of input. */
export function labelled(options: Labelled, input: (described: readonly Html[]) => Html): Html {
  const { name, label, problem, required = false } = options
  // A problem says what the hint would.
  const hint = problem ? undefined : options.hint
  const describedBy = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean).join(' ')
  const described = attributes({
    'aria-describedby': describedBy || undefined,
    'aria-invalid': problem ? 'true' : undefined,
  })
  return html`<div class="${problem ? 'field wrong' : 'field'}">
<label for="${name}">${label}${required || options.inOptionalGroup ? '' : html` <span class="optional">optional</span>`}</label>
${input(described)}
${problem ? html`<p class="problem" id="${name}-problem">${problem}</p>` : ''}
${hint ? html`<p class="hint" id="${name}-hint">${hint}</p>` : ''}
</div>`
}

export function attributes(values: Readonly<Record<string, string | undefined>>): Html[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => html` ${name}="${value}"`)
}

export interface Checkbox {
  readonly name: string
  readonly label: string | Html
  readonly checked?: boolean
  readonly required?: boolean
  readonly hint?: string
  readonly problem?: string | undefined
}

export function checkbox(options: Checkbox): Html {
  const { name, label, checked = false, required = false, problem } = options
  const hint = problem ? undefined : options.hint
  const describedBy = problem ? `${name}-problem` : hint && `${name}-hint`
  return html`<div class="${problem ? 'check wrong' : 'check'}">
<input type="checkbox" id="${name}" name="${name}" value="yes"${checked ? html` checked` : ''}${required ? html` required` : ''}${problem ? html` aria-invalid="true"` : ''}${describedBy ? html` aria-describedby="${describedBy}"` : ''}>
<label for="${name}">${label}</label>
${hint ? html`<p class="hint" id="${name}-hint">${hint}</p>` : ''}
${problem ? html`<p class="problem" id="${name}-problem">${problem}</p>` : ''}
</div>`
}
