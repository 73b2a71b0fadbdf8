import { charsetOfForm } from '../text/charset.ts'
import { addressOf, attribute, descendants, type Element, find, rawText, textOf } from './dom.ts'

/** A control of a form. */
export interface Field {
  readonly tag: string
  readonly type: string
  readonly name: string
  /** What would be sent now, were it successful. */
  readonly value: string
  /** What a list offers; empty for what is none. */
  readonly choices: readonly { readonly value: string; readonly text: string }[]
  readonly checked: boolean
  readonly disabled: boolean
  /** It is sent as it is: a user cannot type into it. */
  readonly readOnly: boolean
  /** The last word of its hint to fill it: `username`, `current-password`; empty when it says none, or `off`. */
  readonly autocomplete: string
  /** Characters it takes at least and at most; null when it does not say. */
  readonly minLength: number | null
  readonly maxLength: number | null
  /** A regular expression that all of the value must match; null when there is none. */
  readonly pattern: string | null
  /** Text that names it: label, placeholder, id. */
  readonly hint: string
  /** Nobody sees it within its form: a trap for robots, or a script's. */
  readonly isUnseen: boolean
}

export interface Button {
  /** Names and values that pressing it adds. */
  readonly sends: readonly (readonly [name: string, value: string])[]
  /** What its script writes into fields of these names first. */
  readonly fills: Readonly<Record<string, string>>
  readonly text: string
  readonly action: string | null
  readonly method: string | null
  readonly enctype: string | null
}

export interface Form {
  readonly action: URL
  readonly method: string
  readonly enctype: string
  /** What it is sent in. */
  readonly charset: string
  readonly fields: readonly Field[]
  readonly buttons: readonly Button[]
  /** Id, name, class and visible text: what the form says about itself. */
  readonly text: string
}

/** What the page around says of its controls. */
export interface Reading {
  /** What labels say, by the id they are for or the control they are around. */
  readonly labels: ReadonlyMap<string | Element, string>
  /** Controls that nobody sees, though their form be seen. */
  readonly unseen: ReadonlySet<Element>
  /** What the page is in. */
  readonly charset: string
}

/**
 * Whether only a script can send a form: its action is no address, or it closes a dialog; or it asks for a password and says neither how nor
 * where it is sent, which a browser without the page's script would put into an address.
 */
export function isScripts(
  element: Element,
  controls: readonly Element[],
  base: URL,
  hasScripts: boolean,
): boolean {
  const action = attribute(element, 'action').trim()
  if (action !== '' && addressOf(action, base).length === 0) return true
  // What closes a dialog is sent nowhere, whatever its action is.
  if (attribute(element, 'method').trim().toLowerCase() === 'dialog') return true
  const isBare = action === '' && find(element, 'method') === null
  return hasScripts && isBare && controls.some(isPassword)
}

export function isPassword(control: Element): boolean {
  return control.tagName === 'input' && attribute(control, 'type').toLowerCase() === 'password'
}

export function readForm(
  element: Element,
  controls: readonly Element[],
  { labels, unseen, charset: ofPage }: Reading,
  base: URL,
  page: URL,
): Form {
  const charset = charsetOfForm(attribute(element, 'accept-charset'), ofPage)
  const action = attribute(element, 'action').trim()
  const about = ['id', 'name', 'class', 'aria-label'].map((key) => attribute(element, key))
  return {
    action: action !== '' && URL.canParse(action, base) ? new URL(action, base) : page,
    method: attribute(element, 'method').toUpperCase() === 'POST' ? 'POST' : 'GET',
    enctype: attribute(element, 'enctype').toLowerCase(),
    charset,
    fields: controls
      .filter((control) => !isButton(control))
      .map((control) => readField(control, labels, unseen.has(control)))
      .map((field) => (asksCharset(field) ? { ...field, value: charset } : field)),
    buttons: [...controls.filter(isButton).flatMap(readButton), ...postbacks(element)],
    text: [...about, textOf(element)].join(' ').trim(),
  }
}

/** A hidden field of this name tells the site what its form was encoded in (HTML, 4.10.22.4). */
function asksCharset({ type, name }: Field): boolean {
  return type === 'hidden' && name.toLowerCase() === '_charset_'
}

function isButton(control: Element): boolean {
  const type = attribute(control, 'type').toLowerCase()
  if (control.tagName === 'button') return true
  return control.tagName === 'input' && /^(?:submit|image|button|reset)$/.test(type)
}

function readButton(control: Element): Button[] {
  const type = attribute(control, 'type').toLowerCase()
  if (type === 'button' || type === 'reset') return []
  const about = ['value', 'aria-label', 'title', 'alt', 'id', 'class'].map((key) => attribute(control, key))
  return [
    {
      sends: sentBy(control, type),
      fills: {},
      text: [textOf(control), ...about].join(' ').trim(),
      action: find(control, 'formaction'),
      method: find(control, 'formmethod'),
      enctype: find(control, 'formenctype'),
    },
  ]
}

/** An image says where on it the user pressed; the return key presses it at its corner (HTML, 4.10.22.4). */
function sentBy(control: Element, type: string): Button['sends'] {
  const name = attribute(control, 'name')
  if (control.tagName === 'input' && type === 'image')
    return ['x', 'y'].map((axis) => [name === '' ? axis : `${name}.${axis}`, '0'])
  return name === '' ? [] : [[name, attribute(control, 'value')]]
}

/** Links of ASP.NET by which a script sends the form that they are in. */
function postbacks(form: Element): Button[] {
  return descendants(form, 'a').flatMap((link) => {
    const call = /^\s*javascript:\s*__doPostBack\(\s*(['"])(.*?)\1\s*,\s*(['"])(.*?)\3\s*\)/i.exec(
      attribute(link, 'href'),
    )
    const [, , target, , argument] = call ?? []
    if (target === undefined || argument === undefined) return []
    const fills = { __EVENTTARGET: target, __EVENTARGUMENT: argument }
    const text = [textOf(link), attribute(link, 'id'), attribute(link, 'title')].join(' ').trim()
    return [{ sends: [], fills, text, action: null, method: null, enctype: null }]
  })
}

function readField(control: Element, labels: Reading['labels'], isUnseen: boolean): Field {
  const id = attribute(control, 'id')
  const type =
    control.tagName === 'input' ? attribute(control, 'type').toLowerCase() || 'text' : control.tagName
  return {
    tag: control.tagName,
    type,
    name: attribute(control, 'name'),
    value: currentValue(control, type),
    choices: control.tagName === 'select' ? choicesOf(control) : [],
    checked: find(control, 'checked') !== null,
    disabled: find(control, 'disabled') !== null,
    readOnly: isReadOnly(control),
    autocomplete: purposeOf(attribute(control, 'autocomplete')),
    minLength: readLength(control, 'minlength'),
    maxLength: readLength(control, 'maxlength'),
    pattern: find(control, 'pattern'),
    isUnseen,
    hint: [
      id,
      attribute(control, 'placeholder'),
      attribute(control, 'aria-label'),
      (id === '' ? undefined : labels.get(id)) ?? labels.get(control) ?? '',
    ].join(' '),
  }
}

function choicesOf(list: Element): Field['choices'] {
  return descendants(list, 'option').map((option) => {
    const text = rawText(option).replace(/\s+/g, ' ').trim()
    return { value: find(option, 'value') ?? text, text }
  })
}

/** A script that takes the attribute away as the user comes keeps browsers, not users, from filling the field. */
function isReadOnly(control: Element): boolean {
  const handlers = control.attrs.filter(({ name }) =>
    /^on(?:focus|focusin|click|mouse|pointer|touch)/.test(name),
  )
  const opens = handlers.some(({ value }) => /readonly/i.test(value))
  return find(control, 'readonly') !== null && !opens
}

/** `section-a billing current-password webauthn` is about the password (HTML, 4.10.18.7). */
function purposeOf(autocomplete: string): string {
  const words = autocomplete.toLowerCase().split(/[\t\n\f\r ]+/)
  const purpose = words.filter((word) => word !== 'webauthn').at(-1) ?? ''
  return /^(?:on|off)$/.test(purpose) ? '' : purpose
}

function readLength(control: Element, name: string): number | null {
  const digits = attribute(control, name)
  return /^\d+$/.test(digits) ? Number(digits) : null
}

function currentValue(control: Element, type: string): string {
  if (control.tagName === 'textarea') return rawText(control)
  if (control.tagName === 'select') {
    const options = descendants(control, 'option')
    const chosen = options.findIndex((option) => find(option, 'selected') !== null)
    return choicesOf(control)[Math.max(0, chosen)]?.value ?? ''
  }
  return find(control, 'value') ?? (type === 'checkbox' || type === 'radio' ? 'on' : '')
}
