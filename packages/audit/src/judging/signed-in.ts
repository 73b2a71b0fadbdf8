import type { Evidence, SignInEvidence } from '../evidence/evidence.ts'

/** Who the audit was signed in as, how, and what shows that it was. */
export interface SignedIn {
  /** The name that was given; null where none was, as with a cookie that was brought along. */
  readonly account: string | null
  /** In words: `with a form`. */
  readonly how: string
  /** The page it was done on; null where there was none. */
  readonly page: string | null
  /** What told signed-in from not, in words; null where nothing did. */
  readonly provedBy: string | null
}

const HOW: Readonly<Record<SignInEvidence['method'], string>> = {
  form: 'with a form',
  json: 'with a request of JSON',
  urlencoded: 'with a request of form fields',
  basic: 'with HTTP authentication',
  cookie: 'with a cookie that was brought along',
  'storage-state': 'with a storage state that was brought along',
  recording: 'with a recorded login',
  command: 'with a command',
  browser: 'with a browser',
}

/** Null where nobody was signed in. */
export function signedInOf({ signIn, oracle }: Evidence): SignedIn | null {
  if (signIn.status !== 'gathered') return null
  const { account = null, method, loginUrl } = signIn.value
  const provedBy =
    oracle.status === 'gathered' ? `${oracle.value.protectedUrl} (${oracle.value.describes})` : null
  return { account, how: HOW[method], page: loginUrl, provedBy }
}
