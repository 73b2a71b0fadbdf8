import type { ElementHandle, Frame } from 'playwright-core'
import type { Button, Field, Form } from '../../network/pages/form.ts'

/** The forms of a page as it is shown, and the elements that they are made of. */
export interface Rendered {
  readonly url: URL
  readonly forms: readonly Form[]
  /** Whether a form says by itself that it is sent in the address. */
  isByAddress(form: Form): boolean
  element(of: Field | Button | Link): Promise<ElementHandle | null>
  /** Links and buttons that are in no form. */
  readonly links: readonly Link[]
}

export interface Link {
  readonly text: string
}

interface Control {
  readonly at: number
  /** The form that it is in; -1 for none. */
  readonly form: number
  readonly kind: 'field' | 'button' | 'link'
  readonly tag: string
  readonly type: string
  readonly name: string
  readonly value: string
  readonly autocomplete: string
  readonly hint: string
  readonly text: string
  readonly checked: boolean
  readonly disabled: boolean
  readonly isSeen: boolean
}

interface Read {
  readonly controls: readonly Control[]
  readonly forms: readonly {
    readonly action: string
    readonly method: string
    readonly byGet: boolean
    readonly text: string
  }[]
}

/**
 * Runs in the page, open shadow roots included: what can be typed into or pressed, and whether it is seen.
 * It returns the elements beside their description, in one order.
 */
const READ = `(() => {
  const elements = [], forms = []
  const all = (root) => [...root.querySelectorAll('*')].flatMap((each) => each.shadowRoot ? [each, ...all(each.shadowRoot)] : [each])
  const seen = (each) => {
    const box = each.getBoundingClientRect(), style = getComputedStyle(each)
    if (box.width < 2 || box.height < 2 || style.visibility === 'hidden' || Number(style.opacity) === 0) return false
    return box.right > 0 && box.bottom > -1 && !each.closest('[aria-hidden=true]')
  }
  const attr = (each, name) => each.getAttribute(name) ?? ''
  const words = (each) => (each.innerText ?? each.textContent ?? '').trim().slice(0, 200)
  const controls = all(document).flatMap((each) => {
    const tag = each.tagName.toLowerCase(), type = attr(each, 'type').toLowerCase()
    const role = attr(each, 'role'), isInput = tag === 'input' || tag === 'select' || tag === 'textarea'
    const isPressed = tag === 'button' || role === 'button' || (tag === 'input' && /^(?:submit|image|button|reset)$/.test(type))
    const kind = isPressed ? 'button' : isInput ? 'field' : tag === 'a' ? 'link' : null
    if (kind === null || type === 'reset') return []
    const owner = each.form ?? each.closest('form')
    if (owner && !forms.includes(owner)) forms.push(owner)
    const labels = [...(each.labels ?? [])].map(words)
    const hint = [each.id, attr(each, 'placeholder'), attr(each, 'aria-label'), ...labels, attr(each, 'data-testid')].join(' ')
    elements.push(each)
    return [{
      at: elements.length - 1, form: owner ? forms.indexOf(owner) : -1, kind, tag, hint,
      type: tag === 'input' ? (type || 'text') : tag, name: attr(each, 'name'), value: String(each.value ?? ''),
      autocomplete: attr(each, 'autocomplete').toLowerCase(), text: [words(each), attr(each, 'value'), attr(each, 'aria-label'), attr(each, 'title')].join(' ').trim(),
      checked: each.checked === true, disabled: each.disabled === true, isSeen: seen(each),
    }]
  })
  const about = forms.map((form) => ({
    action: form.action instanceof Element ? attr(form, 'action') : String(form.action), method: String(form.method ?? 'get').toUpperCase(),
    byGet: attr(form, 'method').toLowerCase() === 'get', text: [form.id, attr(form, 'name'), form.className, words(form)].join(' '),
  }))
  return { elements, read: { controls, forms: about } }
})()`

/** Reads what a frame shows now. */
export async function readRendered(frame: Frame): Promise<Rendered> {
  const handle = await frame.evaluateHandle(READ)
  const [elements, read] = await Promise.all([handle.getProperty('elements'), handle.getProperty('read')])
  const { controls, forms } = (await read.jsonValue()) as Read
  const url = new URL(frame.url())
  const places = new Map<object, number>()
  const placed = <T extends object>(thing: T, { at }: Control): T => {
    places.set(thing, at)
    return thing
  }
  const formOf = (index: number): Form => {
    const own = controls.filter(({ form }) => form === index)
    const about = forms[index]
    return {
      action: URL.parse(about?.action ?? '', url) ?? url,
      method: about?.method === 'POST' ? 'POST' : 'GET',
      enctype: '',
      charset: 'UTF-8',
      text: about?.text ?? own.map(({ text }) => text).join(' '),
      fields: own.filter(({ kind }) => kind === 'field').map((control) => placed(fieldOf(control), control)),
      buttons: own
        .filter(({ kind, isSeen, disabled }) => kind === 'button' && isSeen && !disabled)
        .map((control) => placed(buttonOf(control), control)),
    }
  }
  const all = [...forms.keys(), -1].map((index) => [index, formOf(index)] as const)
  const indices = new Map(all.map(([index, form]) => [form, index]))
  const links = controls
    .filter(({ kind, form, isSeen }) => isSeen && (kind === 'link' || (kind === 'button' && form === -1)))
    .map((control) => placed({ text: control.text }, control))
  return {
    url,
    links,
    forms: all.map(([, form]) => form),
    isByAddress: (form) => forms[indices.get(form) ?? -1]?.byGet === true,
    element: async (of) => {
      const at = places.get(of)
      return at === undefined ? null : (await elements.getProperty(String(at))).asElement()
    },
  }
}

function fieldOf(control: Control): Field {
  const { tag, type, value, checked, disabled, autocomplete, hint, at } = control
  // A field of a script needs no name.
  const name = control.name || `#${at}`
  const isUnseen = !control.isSeen && type !== 'checkbox'
  const limits = { minLength: null, maxLength: null, pattern: null, choices: [], readOnly: false }
  return { tag, type, name, value, checked, disabled, autocomplete, hint, isUnseen, ...limits }
}

function buttonOf({ text }: Control): Button {
  return { sends: [], fills: {}, text, action: null, method: null, enctype: null }
}
