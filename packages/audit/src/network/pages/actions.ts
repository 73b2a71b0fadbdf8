import { addressOf, attribute, type Element, textOf } from './dom.ts'

/** A link or a button whose script sends something: its attributes say where. */
export interface Action {
  readonly url: URL
  readonly method: string
  readonly text: string
}

/** `hx-post` of htmx, with or without `data-`. */
const VERB = /^(?:data-)?hx-(get|post|put|patch|delete)$/
const ADDRESS = /^data-(?:[a-z]+-)*(?:url|uri|href|action|path|post|endpoint|link|target-url)$/

/** Sent by POST where the element does not say how: a script is there for what a plain link cannot do. */
export function readActions(element: Element, base: URL): Action[] {
  const text = [textOf(element), attribute(element, 'title'), attribute(element, 'aria-label')]
    .join(' ')
    .trim()
  const said = attribute(element, 'data-turbo-method') || attribute(element, 'data-method') || 'post'
  return element.attrs.flatMap(({ name, value }) => {
    const verb = VERB.exec(name)?.[1]
    if (verb === undefined && !(ADDRESS.test(name) && /^(?:\/|\.|https?:)/.test(value.trim()))) return []
    return addressOf(value, base).map((url) => ({ url, method: (verb ?? said).toUpperCase(), text }))
  })
}
