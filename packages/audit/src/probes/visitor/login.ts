import type { VisitorEvidence } from '../../evidence/visitor.ts'
import { fillForm } from '../../login/form/fill-form.ts'
import type { LoginPage } from '../../login/form/find-page.ts'
import type { Answer, Http } from '../../network/http.ts'
import { pageOf } from '../../network/pages/navigate.ts'

/** The page of the login form and where the form leads. */
export function addressesOf({ visit, found }: LoginPage): { page: URL; action: URL; method: string } {
  const page = visit.final.url
  const { url, method = 'GET' } = fillForm(found.form, page, new Map(), found.button)
  return { page, action: url, method }
}

/** How the login form would send a password; null where no form asks for one. Nothing is sent. */
export function readLogin(http: Http, page: LoginPage | null): VisitorEvidence['login'] {
  if (page?.found.password == null) return null
  const { page: from, action, method } = addressesOf(page)
  return {
    page: http.secrets.redactUrl(from.href),
    action: http.secrets.redactUrl(action.origin + action.pathname),
    method,
    otherOrigin: action.hostname !== from.hostname,
    exchange: page.visit.final.exchange,
  }
}

const SECOND_FACTOR =
  /two.?factor|2fa\b|multi.?factor|one.?time (?:code|password)|authenticator app|passkey|security key|zwei.?faktor|double authentification/i

/** What a visitor can see of protections that this audit does not try; told, and judged by nothing. */
export function hintsIn(answers: readonly Answer[]): readonly string[] {
  const headers = new Set(answers.flatMap((answer) => Object.keys(answer.headers)))
  const limit = [...headers].find((name) => /^(?:x-)?rate-?limit/.test(name))
  const factor = answers.some((answer) => {
    const { forms, text } = pageOf(answer)
    const fields = forms.flatMap((form) => form.fields)
    return (
      SECOND_FACTOR.test(text) ||
      fields.some(({ autocomplete }) => /one-time-code|webauthn/.test(autocomplete))
    )
  })
  return [
    ...(limit ? [`a limit of requests is announced (${limit})`] : []),
    ...(factor ? ['a second factor is mentioned'] : []),
  ]
}
