import type { AuditOptions } from '../options.ts'
import { type Member, nameOf, type RecordedRequest, type RequestsRecording } from './requests.ts'

/** What somebody typed. */
export type Role = 'username' | 'password'

/** The requests of a recorded login, up to the one with the password. */
export interface RecordedLogin {
  readonly requests: readonly RecordedRequest[]
  /** Null for a member that nobody typed. */
  roleOf(member: Member): Role | null
  /** As recorded; null where there was none, or only a placeholder. */
  readonly username: string | null
  readonly password: string | null
  /** The page from which it was sent; null where the recording does not say. */
  readonly page: URL | null
}

type Known = Pick<AuditOptions, 'username' | 'password' | 'usernameField' | 'passwordField'>

const PASSWORD =
  /pass(?:word|wd|wort|phrase|code)?\d?$|^pwd?$|pwd$|kennwort|^mot_?de_?passe$|contrase[nñ]a|senha/i
const USERNAME = /user|mail|log[io]n|account|usr|ident|nick|uid|member|benutzer|utilis|usuario|utente/i
const PLACEHOLDER = /^(?:[<{[$%*•].*|x{3,}|redacted|removed|\s*)$/i

/** The last login in a recording; null when there is none, so that it can only be of a session. */
export function loginIn(recording: RequestsRecording, known: Known, site: URL): RecordedLogin | null {
  const isOurs = ({ url }: RecordedRequest) => url.origin === site.origin
  const passwordIn = (request: RecordedRequest) =>
    request.body?.members.find((member) => isPassword(member, known))
  const at = recording.requests.findLastIndex(
    (request) => isOurs(request) && passwordIn(request) !== undefined,
  )
  const last = recording.requests[at]
  const password = last && passwordIn(last)
  if (last === undefined || password === undefined) return null

  const before = recording.requests.slice(0, at)
  const own = usernameIn(last, known)
  const first =
    own === undefined ? before.findLastIndex((each) => isOurs(each) && usernameIn(each, known)) : -1
  const naming = first < 0 ? undefined : before[first]
  const username = own ?? (naming && usernameIn(naming, known))
  const requests = naming ? [naming, last] : [last]
  return {
    requests,
    page: pageOf(recording, requests[0] ?? last, naming ? first : at),
    username: typed(username),
    password: typed(password),
    roleOf: (member) => {
      if (isPassword(member, known)) return 'password'
      return username !== undefined && member.path.join() === username.path.join() ? 'username' : null
    },
  }
}

function isPassword(member: Member, { passwordField, password }: Known): boolean {
  const name = nameOf(member)
  if (passwordField !== undefined) return name === passwordField
  return PASSWORD.test(name) || (password !== undefined && password !== '' && member.value === password)
}

function usernameIn({ body }: RecordedRequest, known: Known): Member | undefined {
  const members = body?.members.filter((member) => !isPassword(member, known)) ?? []
  const { usernameField, username } = known
  if (usernameField !== undefined) return members.find((member) => nameOf(member) === usernameField)
  const same = members.find(({ value }) => value !== '' && value === username)
  return (
    same ??
    members.find((member) => USERNAME.test(nameOf(member)) && !/token|csrf|remember/i.test(nameOf(member)))
  )
}

function typed(member: Member | undefined): string | null {
  return member === undefined || PLACEHOLDER.test(member.value) ? null : member.value
}

function pageOf({ pages }: RequestsRecording, { url, headers }: RecordedRequest, at: number): URL | null {
  const opened = pages.findLast((page) => page.before <= at && page.url.origin === url.origin)
  const referer = URL.parse(headers.get('referer') ?? '')
  const said = referer?.origin === url.origin ? referer : null
  // Browsers may cut a Referer down to the origin.
  return said !== null && (said.pathname !== '/' || opened === undefined) ? said : (opened?.url ?? null)
}
