import { html as names, parse } from 'parse5'
import { type Action, readActions } from './actions.ts'
import {
  addressOf,
  attribute,
  descendants,
  type Element,
  find,
  isHidden,
  type Node,
  scriptText,
  textOf,
} from './dom.ts'
import { type Form, isPassword, isScripts, readForm } from './form.ts'

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
  /** Links and buttons that only a script can press. */
  readonly actions: readonly Action[]
  /** Frames, and what they show. */
  readonly frames: readonly URL[]
  /** Target of a meta refresh; null when there is none. */
  readonly refresh: URL | null
  /** Visible text. */
  readonly text: string
  /** `<meta name=csrf-token>` and the parameter it goes into. */
  readonly csrf: { readonly param: string; readonly token: string } | null
  /** What its scripts say, and where the others of them are. */
  readonly scripts: {
    readonly text: string
    readonly sources: readonly URL[]
    /** What its elements do when pressed, and the page when it is there. */
    readonly handlers: string
  }
  /** A password field outside any form, or in one that only a script can send. */
  readonly loosePassword: boolean
}

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
  readonly pressed: Element[]
  readonly handlers: string[]
  base: string | null
}

/** Reads what a page offers to do. Never throws: HTML parsing has no errors, only results. */
export function readPage(html: string, url: URL, charset = 'UTF-8'): Page {
  // As for a client without scripts, which the auditor is: what stands in <noscript> is for it.
  const document = parse(html, { scriptingEnabled: false })
  const walk: Walk = {
    ...{ forms: [], links: [], frames: [], labels: new Map(), metas: [], loose: [] },
    ...{ unseen: new Set<Element>(), scripts: [], pressed: [], handlers: [], base: null },
  }
  collect(document, walk, { form: null, isUnseen: false, isNoscript: false })
  const base = walk.base !== null && URL.canParse(walk.base, url) ? new URL(walk.base, url) : url
  const [ofScripts, forms] = parted(walk.forms, ({ element, controls }) =>
    isScripts(element, controls, base, walk.scripts.length > 0),
  )
  const loose = [...walk.loose, ...ofScripts.flatMap(({ controls }) => controls)]
  return {
    url,
    forms: forms.map(({ element, controls }) => readForm(element, controls, { ...walk, charset }, base, url)),
    links: walk.links.flatMap((element) => readLink(element, base)),
    actions: walk.pressed.flatMap((element) => readActions(element, base)),
    frames: walk.frames.flatMap((element) => addressOf(attribute(element, 'src'), base)),
    refresh: refreshOf(walk.metas, base),
    text: textOf(document),
    csrf: readCsrf(walk.metas),
    scripts: {
      text: walk.scripts.map(scriptText).join('\n'),
      sources: walk.scripts.flatMap((element) => addressOf(attribute(element, 'src'), base)),
      handlers: walk.handlers.join('\n'),
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

function note(element: Element, walk: Walk, { form, isUnseen, isNoscript }: Place): void {
  if (element.tagName === 'a' || element.tagName === 'button') walk.pressed.push(element)
  for (const { name, value } of element.attrs) {
    if (/^on(?:click|load|submit)$/.test(name)) walk.handlers.push(value)
  }
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

function readLink(element: Element, base: URL): Link[] {
  const method = find(element, 'data-turbo-method') ?? find(element, 'data-method') ?? 'get'
  const href = (find(element, 'data-to') ?? find(element, 'href'))?.trim()
  const [url] = addressOf(href ?? '', base)
  if (url === undefined || href?.startsWith('#')) return []
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

function parted<T>(all: readonly T[], isOne: (each: T) => boolean): [ones: T[], others: T[]] {
  return [all.filter(isOne), all.filter((each) => !isOne(each))]
}
