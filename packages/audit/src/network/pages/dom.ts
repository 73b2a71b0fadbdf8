import type { DefaultTreeAdapterTypes } from 'parse5'

export type Element = DefaultTreeAdapterTypes.Element
export type Node = DefaultTreeAdapterTypes.Node

const UNSEEN = new Set(['script', 'style', 'template', 'title', 'head'])

export function descendants(element: Element, tag: string): Element[] {
  const found: Element[] = []
  for (const child of element.childNodes) {
    if (!('tagName' in child)) continue
    if (child.tagName === tag) found.push(child)
    found.push(...descendants(child, tag))
  }
  return found
}

export function textOf(node: Node): string {
  return rawText(node).replace(/\s+/g, ' ').trim()
}

export function rawText(node: Node): string {
  if (node.nodeName === '#text' && 'value' in node) return node.value
  if (UNSEEN.has(node.nodeName) || !('childNodes' in node)) return ''
  return node.childNodes.map((child) => rawText(child)).join(isInline(node) ? '' : ' ')
}

export function scriptText(script: Element): string {
  return script.childNodes.map((child) => ('value' in child ? child.value : '')).join('')
}

function isInline(node: Node): boolean {
  return /^(?:b|i|em|strong|span|a|small|mark|code|u|label)$/.test(node.nodeName)
}

export function find(element: Element, name: string): string | null {
  return element.attrs.find((attr) => attr.name === name)?.value ?? null
}

export function attribute(element: Element, name: string): string {
  return find(element, name) ?? ''
}

/** An http address; nothing else. */
export function addressOf(text: string, base: URL): URL[] {
  if (text.trim() === '' || !URL.canParse(text.trim(), base)) return []
  const url = new URL(text.trim(), base)
  return url.protocol.startsWith('http') ? [url] : []
}

/** By the page itself; what a stylesheet hides cannot be told without a browser. */
export function isHidden(element: Element): boolean {
  if (find(element, 'hidden') !== null || attribute(element, 'aria-hidden').toLowerCase() === 'true')
    return true
  const style = attribute(element, 'style').toLowerCase().replace(/\s+/g, '')
  return /(?:^|;)(?:display:none|visibility:hidden|opacity:0(?:\.0+)?(?:;|!|$)|(?:left|top|text-indent):-\d{3,})/.test(
    style,
  )
}
