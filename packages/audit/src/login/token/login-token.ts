import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Answer, Http } from '../../network/http.ts'
import type { AuditOptions } from '../../options/options.ts'
import { credentialOf, type TokenForm, tokenForms } from './forms.ts'
import { type GivenToken, givenRefresh, givenTokens } from './given.ts'

/** What the page's script does with the token of a login. */
export interface LoginToken {
  /** Keeps what this login gave, to be sent in the form that is in use. */
  take(jar: BrowserJar, answer: Answer): void
  /** The ways in which the last one may be sent, the likeliest first; none when no login gave one. */
  forms(): readonly TokenForm[]
  /** From now on, and in this jar, tokens go along like this; null for not at all. */
  use(jar: BrowserJar, form: TokenForm | null): void
}

export function loginToken(http: Http, options: AuditOptions): LoginToken {
  let given: readonly GivenToken[] = []
  /** Undefined until one was proved. */
  let chosen: TokenForm | null | undefined
  const forms = () => tokenForms(given, options, http.answers)
  const put = (jar: BrowserJar, form: TokenForm | null | undefined): void => {
    const token = form && given.find(({ header }) => header === form.from)
    jar.token = form && token ? credentialOf(form, token) : null
  }
  return {
    forms,
    take(jar, answer) {
      given = givenTokens(answer)
      for (const { header, value } of given) http.secrets.add(header ?? 'token', value)
      jar.refresh = givenRefresh(answer)
      if (jar.refresh) http.secrets.add(...jar.refresh)
      put(jar, chosen === undefined ? forms()[0] : chosen)
    },
    use(jar, form) {
      chosen = form
      put(jar, form)
    },
  }
}
