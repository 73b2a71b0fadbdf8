import type { Button, Field, Form } from '../../network/pages/form.ts'
import type { Page } from '../../network/pages/html.ts'
import { saysDanger, saysElsewhere, saysSignOut } from '../words.ts'
import { BESIDE } from './words.ts'

const TYPED = new Set(['text', 'email', 'tel', 'url', 'number', 'search', 'password', 'textarea', 'date'])
/** More links than a page has that lets a user do one thing. */
const MOST_LINKS = 4

/** Fields that a user sees and writes into; those that hold something already need nothing. */
export function blanks({ fields }: Form): Field[] {
  return fields.filter(
    ({ type, disabled, isUnseen, name, value }) =>
      TYPED.has(type) && !disabled && !isUnseen && name !== '' && value === '',
  )
}

export function boxes({ fields }: Form): Field[] {
  return fields.filter(({ type, disabled, isUnseen }) => type === 'checkbox' && !disabled && !isUnseen)
}

export function choices({ fields }: Form): Field[] {
  return fields.filter(
    ({ type, disabled, isUnseen }) => /^(?:radio|select)$/.test(type) && !disabled && !isUnseen,
  )
}

/** The forms of a page that are about it: without those for leaving, searching, and choosing a language. */
export function ownForms({ forms }: Page): Form[] {
  return forms.filter((form) => !isBeside(form))
}

function isBeside(form: Form): boolean {
  const does = `${form.action.pathname} ${form.buttons.map(({ text }) => text).join(' ')}`
  if (saysSignOut(does) && !saysElsewhere(`${does} ${form.text}`)) return true
  if (/search|suche|recherche|busca|lang(?:uage)?\b|locale|theme|resend|again|erneut/i.test(`${does}`))
    return true
  return form.method === 'GET' && blanks(form).length > 0
}

/** A page on which a user can do little but one thing. */
export function isBare(page: Page): boolean {
  return ownForms(page).length <= 2 && ownLinks(page).length <= MOST_LINKS
}

/** Links that are about the page, each address once. */
export function ownLinks(page: Page): Page['links'] {
  const own = page.links.filter(
    ({ url, text }) =>
      !BESIDE.test(text) && !saysSignOut(`${text} ${url.pathname}`) && url.origin === page.url.origin,
  )
  return [...new Map(own.map((link) => [link.url.href, link])).values()]
}

/** Whether pressing it destroys or leaves something; ending another session is not leaving this one. */
export function isHarmful({ text }: Pick<Button, 'text'>, action: URL): boolean {
  const does = `${text} ${action.pathname}`
  return saysDanger(does.replace(/confirm\w*|approv\w*|leave/gi, '')) && !saysElsewhere(text)
}
