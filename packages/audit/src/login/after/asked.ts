import type { Button, Field, Form } from '../../network/pages/form.ts'
import type { Page } from '../../network/pages/html.ts'
import type { Visit } from '../../network/pages/navigate.ts'
import { fillForm } from '../form/fill-form.ts'
import { type KnownForm, showsLoginForm } from '../form/find-form.ts'
import { passwordRole, saysElsewhere, saysProvider, saysSignOut } from '../words.ts'
import { askedByScript } from './by-script.ts'
import { askedForCode } from './code.ts'
import type { Asked, AskedKind } from './kinds.ts'
import { blanks, boxes, choices, isBare, isHarmful, ownForms, ownLinks } from './page.ts'
import * as words from './words.ts'

/** How much of a page says what it is for. */
const LONGEST_HEADING = 200

/**
 * What more the page asks for on which a login ended; null for the page of somebody who is in. A landing page has
 * forms as well (a search, a newsletter, the own password): a page with much else on it is not certain to ask.
 */
export function askedAfterPassword(visit: Visit, login: KnownForm): Asked | null {
  const { final, page } = visit
  const byScript = askedByScript(final)
  if (byScript !== null) return byScript
  if (final.status >= 400 || showsLoginForm(page, login)) return null
  return askedForCode(page) ?? askedByForm(page) ?? (isBare(page) ? askedByLinks(page) : null)
}

function askedByForm(page: Page): Asked | null {
  const [form, ...others] = ownForms(page).filter(({ method }) => method === 'POST')
  if (form === undefined) return null
  const password = others.length === 0 ? newPassword(form, page) : null
  if (password !== null || !isBare(page)) return password
  const asks = otherSession(page)
  if (asks !== null || others.length > 0) return asks
  return choice(form, page) ?? terms(form, page) ?? goOn(form, page)
}

function newPassword(form: Form, page: Page): Asked | null {
  const fields = blanks(form)
  const passwords = fields.filter(({ type }) => type === 'password')
  const fresh = passwords.filter(
    ({ autocomplete, name, hint }) =>
      autocomplete === 'new-password' || /^(?:new|confirm)$/.test(passwordRole(`${name} ${hint}`) ?? ''),
  )
  if (fresh.length === 0 || passwords.length < fields.length) return null
  return words.NEW_PASSWORD.test(page.text) ? needs('new-password', form, page, passwords) : null
}

function choice(form: Form, page: Page): Asked | null {
  const fields = choices(form)
  if (fields.length === 0 || blanks(form).length > 0) return null
  const about = `${page.text} ${form.text} ${page.url.pathname}`
  return words.CHOOSE.test(about) && words.TENANT.test(about) ? needs('choice', form, page, fields) : null
}

/** Signed in elsewhere already: going on here, which may end that session. */
function otherSession(page: Page): Asked | null {
  if (!words.ELSEWHERE.test(page.text)) return null
  const forms = ownForms(page).filter((form) => form.method === 'POST' && isEmpty(form))
  for (const form of forms) {
    const button = form.buttons.find(
      ({ text }) => !words.DECLINE.test(text) && !(saysSignOut(text) && !saysElsewhere(text)),
    )
    if (button) return confirmed('other-session', form, page, button)
  }
  return null
}

function terms(form: Form, page: Page): Asked | null {
  if (/cookie/i.test(form.text) || blanks(form).length > 0 || choices(form).length > 0) return null
  const ticked = boxes(form).filter(
    ({ checked, name, hint }) => !checked && words.TERMS.test(`${name} ${hint}`),
  )
  const button = form.buttons.find((each) => words.ACCEPT.test(each.text) && !words.DECLINE.test(each.text))
  const accepts = ticked.length > 0 || words.TERMS.test(button?.text ?? '')
  const says = words.TERMS.test(`${page.text} ${page.url.pathname}`)
  if (!button || !accepts || !says || isHarmful(button, form.action)) return null
  return confirmed('terms', form, page, button, new Map(ticked.map((field) => [field, field.value])))
}

/** Nothing to do but to go on; a browser that is offered to be trusted is not. */
function goOn(form: Form, page: Page): Asked | null {
  if (!isEmpty(form) || saysOut(page)) return null
  const own = form.buttons.filter((button) => !isHarmful(button, form.action) && !saysSignOut(button.text))
  const stays = words.STAY.test(`${page.text} ${form.text}`)
  const button = stays
    ? (own.find(({ text }) => words.NO.test(text)) ?? own.find(({ text }) => words.CONTINUE.test(text)))
    : own.find(({ text }) => leadsOn(text))
  return button ? confirmed('continue', form, page, button) : null
}

function askedByLinks(page: Page): Asked | null {
  if (ownForms(page).length > 0) return null
  const links = ownLinks(page).filter(({ method }) => method === 'GET')
  const chosen = links.length > 1 && alike(links) ? links : []
  const heading = page.text.slice(0, LONGEST_HEADING)
  if (chosen.length > 1 && words.CHOOSE.test(heading) && words.TENANT.test(heading)) {
    return {
      kind: 'choice',
      url: page.url,
      form: null,
      button: null,
      fields: [],
      isCertain: true,
      confirm: null,
    }
  }
  const link = links.find(({ text }) => leadsOn(text))
  if (link === undefined || saysOut(page)) return null
  const confirm = { url: link.url, method: 'GET', from: page.url }
  return { kind: 'continue', url: page.url, form: null, button: null, fields: [], isCertain: true, confirm }
}

/** Several links that differ in one thing, as those to each of several tenants. */
function alike(links: Page['links']): boolean {
  const shapes = links.map(({ url }) =>
    [url.pathname.split('/').slice(0, -1).join('/'), [...url.searchParams.keys()].join()].join('?'),
  )
  return new Set(shapes).size === 1
}

function leadsOn(text: string): boolean {
  return (
    words.CONTINUE.test(text) &&
    text.length <= 60 &&
    !saysProvider(text) &&
    !words.GOES_ON_ELSEWHERE.test(text)
  )
}

/** Who can sign out is in, and what else the page offers may be left alone. */
function saysOut(page: Page): boolean {
  return (
    page.links.some(({ url, text }) => saysSignOut(`${url.pathname} ${text}`)) ||
    page.forms.some(({ action, buttons }) =>
      saysSignOut(`${action.pathname} ${buttons.map(({ text }) => text).join(' ')}`),
    )
  )
}

function isEmpty(form: Form): boolean {
  return blanks(form).length === 0 && choices(form).length === 0 && form.buttons.length > 0
}

function needs(kind: AskedKind, form: Form, page: Page, fields: readonly Field[]): Asked {
  return {
    kind,
    url: page.url,
    form,
    button: form.buttons[0] ?? null,
    fields,
    isCertain: isBare(page),
    confirm: null,
  }
}

function confirmed(
  kind: AskedKind,
  form: Form,
  page: Page,
  button: Button,
  ticked: ReadonlyMap<Field, string> = new Map(),
): Asked {
  const confirm = fillForm(form, page.url, ticked, button)
  return { kind, url: page.url, form, button, fields: [], isCertain: true, confirm }
}
