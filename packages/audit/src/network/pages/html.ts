import { type DefaultTreeAdapterTypes, html as names, parse } from 'parse5'

type Element = DefaultTreeAdapterTypes.Element
type Node = DefaultTreeAdapterTypes.Node

/** A control of a form. */
export interface Field {
  readonly tag: string
  readonly type: string
  readonly name: string
  /** What would be sent now, were it successful. */
  readonly value: string
  readonly checked: boolean
  readonly disabled: boolean
  readonly autocomplete: string
  /** Characters it takes at least and at most; null when it does not say. */
  readonly minLength: number | null
  readonly maxLength: number | null
  /** A regular expression that all of the value must match; null when there is none. */
  readonly pattern: string | null
  /** Text that names it: label, placeholder, id. */
  readonly hint: string
}

export interface Button {
  readonly name: string
  readonly value: string
  readonly text: string
  readonly action: string | null
  readonly method: string | null
  readonly enctype: string | null
}

export interface Form {
  readonly action: URL
  readonly method: string
  readonly enctype: string
  readonly fields: readonly Field[]
  readonly buttons: readonly Button[]
  /** Id, name, class and visible text: what the form says about itself. */
  readonly text: string
}

export interface Link {
  readonly url: URL
  readonly text: string
  /** `data-method` of Rails and its like: the script turns the link into such a form. */
  readonly method: string
}

export interface Page {
  readonly url: URL
  readonly forms: readonly Form[]
  readonly links: readonly Link[]
  /** Target of a meta refresh; null when there is none. */
  readonly refresh: URL | null
  /** Visible text. */
  readonly text: string
  /** `<meta name=csrf-token>` and the parameter it goes into. */
  readonly csrf: { readonly param: string; readonly token: string } | null
  /** A password field outside any form: the login is a script's. */
  readonly loosePassword: boolean
}

const UNSEEN = new Set(['script', 'style', 'template', 'noscript', 'title', 'head'])

interface Walk {
  readonly forms: { readonly element: Element; readonly controls: Element[] }[]
  readonly links: Element[]
  /** What labels say, by the id they are for or the control they are around. */
  readonly labels: Map<string | Element, string>
  readonly metas: Element[]
  readonly loose: Element[]
  base: string | null
}

/** Reads what a page offers to do. Never throws: HTML parsing has no errors, only results. */
export function readPage(html: string, url: URL): Page {
  const document = parse(html)
  const walk: Walk = { forms: [], links: [], labels: new Map(), metas: [], loose: [], base: null }
  collect(document, walk, null)
  const base = walk.base !== null && URL.canParse(walk.base, url) ? new URL(walk.base, url) : url
  return {
    url,
    forms: walk.forms.map(({ element, controls }) => readForm(element, controls, walk.labels, base, url)),
    links: walk.links.flatMap((element) => readLink(element, base)),
    refresh: readRefresh(walk.metas, base),
    text: textOf(document),
    csrf: readCsrf(walk.metas),
    loosePassword: walk.loose.some((control) => attribute(control, 'type').toLowerCase() === 'password'),
  }
}

function collect(node: Node, walk: Walk, owner: Element | null): void {
  let form = owner
  if ('tagName' in node) {
    if (node.tagName === 'template' || node.namespaceURI !== names.NS.HTML) return
    if (node.tagName === 'form') {
      form = node
      walk.forms.push({ element: node, controls: [] })
    }
    note(node, walk, form)
  }
  if ('childNodes' in node) for (const child of node.childNodes) collect(child, walk, form)
}

function note(element: Element, walk: Walk, form: Element | null): void {
  switch (element.tagName) {
    case 'base':
      walk.base ??= find(element, 'href')
      break
    case 'meta':
      walk.metas.push(element)
      break
    case 'a':
    case 'area':
      walk.links.push(element)
      break
    case 'label': {
      const labelled = find(element, 'for') ?? firstControl(element)
      if (labelled !== null) walk.labels.set(labelled, textOf(element))
      break
    }
    case 'input':
    case 'select':
    case 'textarea':
    case 'button': {
      const owner = ownerOf(element, walk, form)
      if (owner) owner.controls.push(element)
      else walk.loose.push(element)
    }
  }
}

function firstControl(label: Element): Element | null {
  const controls = ['input', 'select', 'textarea'].flatMap((tag) => descendants(label, tag))
  return controls.find((control) => attribute(control, 'type').toLowerCase() !== 'hidden') ?? null
}

/**
 * The form a control belongs to: by its `form` attribute, by nesting, or, where a table broke the nesting
 * (`<table><form><tr>`), the last form that the parser left empty.
 */
function ownerOf(control: Element, walk: Walk, form: Element | null) {
  const id = find(control, 'form')
  if (id !== null) return walk.forms.find(({ element }) => attribute(element, 'id') === id)
  if (form !== null) return walk.forms.find(({ element }) => element === form)
  const last = walk.forms.at(-1)
  return last?.element.childNodes.length === 0 ? last : undefined
}

function readForm(
  element: Element,
  controls: readonly Element[],
  labels: Walk['labels'],
  base: URL,
  page: URL,
): Form {
  const action = attribute(element, 'action').trim()
  const about = ['id', 'name', 'class', 'aria-label'].map((key) => attribute(element, key))
  return {
    action: action !== '' && URL.canParse(action, base) ? new URL(action, base) : page,
    method: attribute(element, 'method').toUpperCase() === 'POST' ? 'POST' : 'GET',
    enctype: attribute(element, 'enctype').toLowerCase(),
    fields: controls.filter((control) => !isButton(control)).map((control) => readField(control, labels)),
    buttons: controls.filter(isButton).flatMap(readButton),
    text: [...about, textOf(element)].join(' ').trim(),
  }
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
      name: attribute(control, 'name'),
      value: attribute(control, 'value'),
      text: [textOf(control), ...about].join(' ').trim(),
      action: find(control, 'formaction'),
      method: find(control, 'formmethod'),
      enctype: find(control, 'formenctype'),
    },
  ]
}

function readField(control: Element, labels: Walk['labels']): Field {
  const id = attribute(control, 'id')
  const type =
    control.tagName === 'input' ? attribute(control, 'type').toLowerCase() || 'text' : control.tagName
  return {
    tag: control.tagName,
    type,
    name: attribute(control, 'name'),
    value: currentValue(control, type),
    checked: find(control, 'checked') !== null,
    disabled: find(control, 'disabled') !== null,
    autocomplete: attribute(control, 'autocomplete').toLowerCase(),
    minLength: readLength(control, 'minlength'),
    maxLength: readLength(control, 'maxlength'),
    pattern: find(control, 'pattern'),
    hint: [
      id,
      attribute(control, 'placeholder'),
      attribute(control, 'aria-label'),
      (id === '' ? undefined : labels.get(id)) ?? labels.get(control) ?? '',
    ].join(' '),
  }
}

function readLength(control: Element, name: string): number | null {
  const digits = attribute(control, name)
  return /^\d+$/.test(digits) ? Number(digits) : null
}

function currentValue(control: Element, type: string): string {
  if (control.tagName === 'textarea') return rawText(control)
  if (control.tagName === 'select') {
    const options = descendants(control, 'option')
    const chosen = options.find((option) => find(option, 'selected') !== null) ?? options[0]
    return chosen ? (find(chosen, 'value') ?? rawText(chosen).trim()) : ''
  }
  return find(control, 'value') ?? (type === 'checkbox' || type === 'radio' ? 'on' : '')
}

function readLink(element: Element, base: URL): Link[] {
  const href = find(element, 'href')?.trim()
  if (href === undefined || href.startsWith('#') || !URL.canParse(href, base)) return []
  const url = new URL(href, base)
  if (!url.protocol.startsWith('http')) return []
  url.hash = ''
  const method = find(element, 'data-turbo-method') ?? find(element, 'data-method') ?? 'get'
  const words = [textOf(element), attribute(element, 'title'), attribute(element, 'aria-label')]
  return [{ url, text: words.join(' ').trim(), method: method.toUpperCase() }]
}

function readRefresh(metas: readonly Element[], base: URL): URL | null {
  for (const meta of metas) {
    if (attribute(meta, 'http-equiv').toLowerCase() !== 'refresh') continue
    const found = /^\s*([\d.]+)\s*[;,]\s*(?:url\s*=\s*)?["']?([^"']+)/i.exec(attribute(meta, 'content'))
    const target = found?.[2]?.trim()
    // A page that reloads itself after minutes is not a redirect.
    if (target && Number(found?.[1]) <= 10 && URL.canParse(target, base)) return new URL(target, base)
  }
  return null
}

function readCsrf(metas: readonly Element[]): Page['csrf'] {
  const named = (name: RegExp) => metas.find((meta) => name.test(attribute(meta, 'name')))
  const token = named(/^_?(?:csrf|xsrf)[-_]?token$|^_csrf$/i)
  if (!token) return null
  const param = named(/^csrf-param$/i)
  return { param: (param && find(param, 'content')) ?? '_token', token: attribute(token, 'content') }
}

function descendants(element: Element, tag: string): Element[] {
  const found: Element[] = []
  for (const child of element.childNodes) {
    if (!('tagName' in child)) continue
    if (child.tagName === tag) found.push(child)
    found.push(...descendants(child, tag))
  }
  return found
}

function textOf(node: Node): string {
  return rawText(node).replace(/\s+/g, ' ').trim()
}

function rawText(node: Node): string {
  if (node.nodeName === '#text' && 'value' in node) return node.value
  if (UNSEEN.has(node.nodeName) || !('childNodes' in node)) return ''
  return node.childNodes.map((child) => rawText(child)).join(isInline(node) ? '' : ' ')
}

function isInline(node: Node): boolean {
  return /^(?:b|i|em|strong|span|a|small|mark|code|u|label)$/.test(node.nodeName)
}

function find(element: Element, name: string): string | null {
  return element.attrs.find((attr) => attr.name === name)?.value ?? null
}

function attribute(element: Element, name: string): string {
  return find(element, name) ?? ''
}
