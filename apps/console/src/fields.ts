import { html } from 'hono/html'
import { attributes, type Field, labelled } from './forms.ts'
import type { Html } from './html.ts'

type Described = Pick<Field, 'name' | 'label' | 'hint' | 'problem'>

/** Several lines, none of which comes back: they may hold a secret. */
export function lines(options: Described & { readonly placeholder: string; readonly most?: number }): Html {
  const { name, placeholder, most = 10_000 } = options
  return labelled(
    { ...options, inOptionalGroup: true },
    (described) =>
      html`<textarea id="${name}" name="${name}" rows="2" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="${most}"${attributes({ placeholder })}${described}></textarea>`,
  )
}

/** One of a few values, each with what it is called. */
export function choice(
  options: Described & {
    readonly values: readonly (readonly [value: string, label: string])[]
    readonly chosen?: string | undefined
  },
): Html {
  const { name, values, chosen } = options
  return labelled(
    { ...options, inOptionalGroup: true },
    (described) =>
      html`<select id="${name}" name="${name}"${described}>${values.map(
        ([value, label]) =>
          html`<option value="${value}"${chosen === value ? html` selected` : ''}>${label}</option>`,
      )}</select>`,
  )
}

export function upload(options: Described): Html {
  const { name } = options
  return labelled(
    { ...options, inOptionalGroup: true },
    (described) => html`<input id="${name}" name="${name}" type="file"${described}>`,
  )
}

/** What is folded until it is wanted: open where something in it was typed, or is wrong. */
export function folded(summary: string, isOpen: boolean, content: Html): Html {
  return html`<details${isOpen ? html` open` : ''}>
<summary>${summary}</summary>
${content}
</details>`
}
