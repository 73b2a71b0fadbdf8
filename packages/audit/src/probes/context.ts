import type { CarrierEvidence, Evidence, Observation, Phase, TargetEvidence } from '../evidence/evidence.ts'
import type { Oracle } from '../login/oracle/oracle.ts'
import type { LoginChoices, SignIn } from '../login/sign-in.ts'
import { BrowserJar, type Credential, frozenJar, NO_CREDENTIALS } from '../network/cookies/jar.ts'
import type { Http } from '../network/http.ts'
import type { Visit } from '../network/pages/navigate.ts'
import { AuditError, ProbeError } from '../options/errors.ts'
import type { AuditOptions } from '../options/options.ts'
import { asNamed, type Renaming } from './carrier/renamed.ts'

/** What every probe may use. */
export interface ProbeContext {
  readonly options: AuditOptions
  readonly target: TargetEvidence
  readonly http: Http
  readonly start: URL
  readonly signIn: SignIn
  readonly oracle: Oracle
  /** The page the first login ended on. */
  readonly landed: Visit | null
  readonly carrier: CarrierEvidence
  /** Cookies whose names change: all else knows them by their label. */
  readonly renamings: readonly Renaming[]
  /** How values that a page keeps in the browser's storage fare as a bearer token, by their cookie. */
  readonly bearers?: ReadonlyMap<string, Observation>
  /** The browser of the first login, and what it held just before the credentials left. */
  readonly first: { readonly jar: BrowserJar; readonly before: readonly Credential[] }
  /** What earlier steps gathered. */
  readonly gathered: Partial<Evidence>
  readonly wait: (milliseconds: number) => Promise<void>
  /** Values of the carriers of every login made so far, by name; each login once. */
  readonly issued: Map<string, string>[]
  /** Exchanges of logins in which the site was asked to remember: its session cookie may live longer there. */
  readonly remembering: Set<number>
  /** The live jar of the current session. */
  jar: BrowserJar
  /** The jar of the last login. */
  newest: BrowserJar
  /** Sessions that were made and not used up, the newest last. */
  readonly spare: SpareSession[]
  /** What a client without cookies was last seen as. */
  visitor: Observation | null
}

/** A complete login in a jar of its own. */
export interface Session {
  readonly jar: BrowserJar
  readonly landed: Visit
}

/** A session that another probe may have. */
export interface SpareSession extends Session {
  /** Where it was last seen signed in. */
  readonly seen: Observation
  /** How what carries it fared alone, where nothing was done with it since; left out where nobody looked. */
  readonly copy?: Observation
  /** Something was done that may have ended it. */
  readonly isDoubtful?: true
}

/** Signs in again, in a fresh jar or the given one, whether or not it worked. */
export async function signInAgain(
  context: ProbeContext,
  jar = new BrowserJar(),
  choices: LoginChoices = {},
): Promise<Session> {
  const { login } = context.signIn
  if (login === null) {
    const given = context.signIn.evidence.method === 'cookie' ? 'cookie' : 'session'
    throw new ProbeError(`it needs a login, and a ${given} was given instead of credentials`)
  }
  const before = context.http.exchanges.length
  const landed = await login(jar, choices)
  context.newest = jar
  if (choices.remember) noteRemembered(context, before)
  const values = carrierValues(context, jar)
  if (values.length > 0) context.issued.push(new Map(values.map(({ name, value }) => [name, value])))
  return { jar, landed }
}

/** A jar that is signed in now: the current one, or after its session ended a new login. Else ProbeError. */
export async function liveJar(context: ProbeContext): Promise<BrowserJar> {
  const seen = await context.oracle.observe(context.jar, 'signed-in')
  if (seen.state === 'signed-in') return context.jar
  const { jar } = await signInAgain(context, new BrowserJar(), { remember: isRemembered(context) })
  const again = await context.oracle.observe(jar, 'signed-in')
  if (again.state !== 'signed-in') throw new ProbeError('signing in again did not work')
  context.jar = jar
  return jar
}

/** Whether there are carriers that only a login with a ticked box gives. */
export function isRemembered({ carrier }: Pick<ProbeContext, 'carrier'>): boolean {
  return (carrier.remembered?.length ?? 0) > 0
}

function noteRemembered({ http, remembering }: ProbeContext, before: number): void {
  for (const { id } of http.exchanges.slice(before)) remembering.add(id)
}

/** The carriers' values as this jar holds them for the protected page. */
export function carrierValues(context: ProbeContext, jar: BrowserJar): readonly Credential[] {
  const { carrier, oracle, renamings } = context
  return asNamed(jar.credentials(oracle.url), renamings).filter(({ name }) => carrier.carriers.includes(name))
}

/** Those of the carriers that are secret: without companions (see CarrierEvidence). */
export function secretValues(context: ProbeContext, jar: BrowserJar): readonly Credential[] {
  return carrierValues(context, jar).filter(({ name }) => !isCompanion(context, name))
}

export function isCompanion({ carrier }: Pick<ProbeContext, 'carrier'>, name: string): boolean {
  return carrier.companions?.includes(name) === true
}

/** Sends exactly these credentials from a clean client to the protected page. */
export function replay(
  { oracle }: ProbeContext,
  credentials: readonly Credential[],
  note?: string,
  phase: Phase = 'replay',
): Promise<Observation> {
  return oracle.observe(credentials.length === 0 ? NO_CREDENTIALS : frozenJar(credentials), phase, note)
}

/** Errors after which nothing more can be done. */
export function isFatal(error: unknown): error is AuditError {
  return (
    error instanceof AuditError &&
    ['aborted', 'address_refused', 'password_not_restored'].includes(error.code)
  )
}

export function isSpent(error: unknown): error is AuditError {
  return error instanceof AuditError && error.code === 'budget_spent'
}
