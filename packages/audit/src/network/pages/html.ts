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
  /** Nobody sees it within its form: a trap for robots, or a script's. */
  readonly isUnseen: boolean
}

export interface Button {
  /** Names and values that pressing it adds. */
  readonly sends: readonly (readonly [name: string, value: string])[]
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
  /** `data-csrf` of Phoenix: the field that its script adds to that form; null where the page’s token goes along. */
  readonly csrf: Page['csrf']
}

export interface Page {
  readonly url: URL
  readonly forms: readonly Form[]
  readonly links: readonly Link[]
  /** Frames, and what they show. */
  readonly frames: readonly URL[]
  /** Target of a meta refresh; null when there is none. */
  readonly refresh: URL | null
  /** Visible text. */
  readonly text: string
  /** `<meta name=csrf-token>` and the parameter it goes into. */
  readonly csrf: { readonly param: string; readonly token: string } | null
  /** What its scripts say, and where the others of them are. */
  readonly scripts: { readonly text: string; readonly sources: readonly URL[] }
  /** A password field outside any form, or in one that only a script can send. */
  readonly loosePassword: boolean
}

const UNSEEN = new Set(['script', 'style', 'template', 'title', 'head'])

interface Walk {
  readonly forms: { readonly element: Element; readonly controls: Element[] }[]
  readonly links: Element[]
  readonly frames: Element[]
  /** What labels say, by the id they are for or the control they are around. */
  readonly labels: Map<string | Element, string>
  readonly metas: Element[]
  readonly loose: Element[]
  /** Controls that nobody sees, though their form be seen. */
  readonly unseen: Set<Element>
  readonly scripts: Element[]
  base: string | null
}

/** Reads what a page offers to do. Never throws: HTML parsing has no errors, only results. */
export function readPage(html: string, url: URL): Page {
  // As for a client without scripts, which the auditor is: what stands in <noscript> is for it.
  const document = parse(html, { scriptingEnabled: false })
  const walk: Walk = {
    ...{ forms: [], links: [], frames: [], labels: new Map(), metas: [], loose: [] },
    ...{ unseen: new Set<Element>(), scripts: [], base: null },
  }
  collect(document, walk, { form: null, isUnseen: false, isNoscript: false })
  const base = walk.base !== null && URL.canParse(walk.base, url) ? new URL(walk.base, url) : url
  const [ofScripts, forms] = parted(walk.forms, ({ element, controls }) =>
    isScripts(element, controls, base, walk.scripts.length > 0),
  )
  const loose = [...walk.loose, ...ofScripts.flatMap(({ controls }) => controls)]
  return {
    url,
    forms: forms.map(({ element, controls }) => readForm(element, controls, walk, base, url)),
    links: walk.links.flatMap((element) => readLink(element, base)),
    frames: walk.frames.flatMap((element) => addressOf(attribute(element, 'src'), base)),
    refresh: refreshOf(walk.metas, base),
    text: textOf(document),
    csrf: readCsrf(walk.metas),
    scripts: {
      text: walk.scripts.map(scriptText).join('\n'),
      sources: walk.scripts.flatMap((element) => addressOf(attribute(element, 'src'), base)),
    },
    loosePassword: loose.some(isPassword),
  }
}

/** Where a node stands. */
interface Place {
  readonly form: Element | null
  /** Within its form. A form that nobody sees yet, as of a dialog, is one to be filled. */
  readonly isUnseen: boolean
  readonly isNoscript: boolean
}

function collect(node: Node, walk: Walk, place: Place): void {
  let here = place
  if ('tagName' in node) {
    if (node.namespaceURI !== names.NS.HTML) return
    if (node.tagName === 'template') {
      const isShadow = /^(?:open|closed)$/i.test(attribute(node, 'shadowrootmode'))
      // In a shadow root forms of the page around own nothing.
      if (isShadow && 'content' in node)
        collect(node.content as Node, walk, { ...place, form: null, isUnseen: false })
      return
    }
    if (node.tagName === 'form') {
      here = { ...place, form: node, isUnseen: false }
      walk.forms.push({ element: node, controls: [] })
    } else {
      const isNoscript = place.isNoscript || node.tagName === 'noscript'
      here = { ...place, isUnseen: place.isUnseen || isHidden(node), isNoscript }
    }
    note(node, walk, here)
  }
  if ('childNodes' in node) for (const child of node.childNodes) collect(child, walk, here)
}

/** By the page itself; what a stylesheet hides cannot be told without a browser. */
function isHidden(element: Element): boolean {
  if (find(element, 'hidden') !== null || attribute(element, 'aria-hidden').toLowerCase() === 'true')
    return true
  const style = attribute(element, 'style').toLowerCase().replace(/\s+/g, '')
  return /(?:^|;)(?:display:none|visibility:hidden|opacity:0(?:\.0+)?(?:;|!|$)|(?:left|top|text-indent):-\d{3,})/.test(
    style,
  )
}

function note(element: Element, walk: Walk, { form, isUnseen, isNoscript }: Place): void {
  switch (element.tagName) {
    case 'base':
      walk.base ??= find(element, 'href')
      break
    case 'meta':
      // Browsers with scripts, for which a site is made, do not see these.
      if (!isNoscript) walk.metas.push(element)
      break
    case 'script':
      if (!/json|importmap/i.test(attribute(element, 'type'))) walk.scripts.push(element)
      break
    case 'iframe':
    case 'frame':
      walk.frames.push(element)
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
      if (isUnseen) walk.unseen.add(element)
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

/**
 * Whether only a script can send a form: its action is no address; or it asks for a password and says neither how nor
 * where it is sent, which a browser without the page's script would put into an address.
 */
function isScripts(element: Element, controls: readonly Element[], base: URL, hasScripts: boolean): boolean {
  const action = attribute(element, 'action').trim()
  if (action !== '' && addressOf(action, base).length === 0) return true
  const isBare = action === '' && find(element, 'method') === null
  return hasScripts && isBare && controls.some(isPassword)
}

function isPassword(control: Element): boolean {
  return control.tagName === 'input' && attribute(control, 'type').toLowerCase() === 'password'
}

function parted<T>(all: readonly T[], isOne: (each: T) => boolean): [ones: T[], others: T[]] {
  return [all.filter(isOne), all.filter((each) => !isOne(each))]
}

/** An http address; nothing else. */
function addressOf(text: string, base: URL): URL[] {
  if (text.trim() === '' || !URL.canParse(text.trim(), base)) return []
  const url = new URL(text.trim(), base)
  return url.protocol.startsWith('http') ? [url] : []
}

function readForm(
  element: Element,
  controls: readonly Element[],
  { labels, unseen }: Walk,
  base: URL,
  page: URL,
): Form {
  const action = attribute(element, 'action').trim()
  const about = ['id', 'name', 'class', 'aria-label'].map((key) => attribute(element, key))
  return {
    action: action !== '' && URL.canParse(action, base) ? new URL(action, base) : page,
    method: attribute(element, 'method').toUpperCase() === 'POST' ? 'POST' : 'GET',
    enctype: attribute(element, 'enctype').toLowerCase(),
    fields: controls
      .filter((control) => !isButton(control))
      .map((control) => readField(control, labels, unseen.has(control))),
    buttons: [...controls.filter(isButton).flatMap(readButton), ...postbacks(element)],
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
      sends: sentBy(control, type),
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
    const sends = [
      ['__EVENTTARGET', target],
      ['__EVENTARGUMENT', argument],
    ] as const
    const text = [textOf(link), attribute(link, 'id'), attribute(link, 'title')].join(' ').trim()
    return [{ sends, text, action: null, method: null, enctype: null }]
  })
}

function readField(control: Element, labels: Walk['labels'], isUnseen: boolean): Field {
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
    isUnseen,
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
  const method = find(element, 'data-turbo-method') ?? find(element, 'data-method') ?? 'get'
  const href = (find(element, 'data-to') ?? find(element, 'href'))?.trim()
  if (href === undefined || href.startsWith('#') || !URL.canParse(href, base)) return []
  const url = new URL(href, base)
  if (!url.protocol.startsWith('http')) return []
  url.hash = ''
  const token = find(element, 'data-csrf')
  const csrf = token === null ? null : { param: '_csrf_token', token }
  const words = [textOf(element), attribute(element, 'title'), attribute(element, 'aria-label')]
  return [{ url, text: words.join(' ').trim(), method: method.toUpperCase(), csrf }]
}

function refreshOf(metas: readonly Element[], base: URL): URL | null {
  const refreshing = metas.filter((meta) => attribute(meta, 'http-equiv').toLowerCase() === 'refresh')
  for (const meta of refreshing) {
    const target = readRefresh(attribute(meta, 'content'), base)
    if (target) return target
  }
  return null
}

/** Where a `Refresh` header, or the content of such a meta element, leads within ten seconds. */
export function readRefresh(content: string, base: URL): URL | null {
  const found = /^\s*([\d.]+)\s*[;,]\s*(?:url\s*=\s*)?["']?([^"']+)/i.exec(content)
  const target = found?.[2]?.trim()
  // A page that reloads itself after minutes is not a redirect.
  return target && Number(found?.[1]) <= 10 && URL.canParse(target, base) ? new URL(target, base) : null
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

function scriptText(script: Element): string {
  return script.childNodes.map((child) => ('value' in child ? child.value : '')).join('')
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
