import type { CarrierEvidence } from '../evidence/evidence.ts'
import { accountOf } from '../login/account.ts'
import { askingOf } from '../login/oracle/ask.ts'
import { candidatePages, morePages } from '../login/oracle/candidates.ts'
import { evictedBy } from '../login/oracle/evicted.ts'
import { looksOf } from '../login/oracle/features.ts'
import { findOracle } from '../login/oracle/oracle.ts'
import type { OracleSearch } from '../login/oracle/search.ts'
import type { SignIn } from '../login/sign-in.ts'
import { settleToken } from '../login/token/settle.ts'
import { BrowserJar, type Credential, type Jar, NO_CREDENTIALS } from '../network/cookies/jar.ts'
import type { Answer } from '../network/http.ts'
import { visit } from '../network/pages/navigate.ts'
import { AuditError, ProbeError } from '../options/errors.ts'
import { type NamedRequest, readRequest, textsOf } from '../options/request.ts'
import { readUrl } from '../options/url.ts'
import { addCompanions } from '../probes/carrier/companions.ts'
import { findCarrier } from '../probes/carrier/find-carrier.ts'
import { addRemembered } from '../probes/carrier/remembered.ts'
import { isFatal } from '../probes/context.ts'
import { addBearers } from '../probes/exposed/bearers.ts'
import { probeTransport } from '../probes/headers/transport.ts'
import { sameShape } from '../probes/value.ts'
import { addressesOf } from '../probes/visitor/login.ts'
import { chooseSignIn } from './choose-sign-in.ts'
import { note, type Run } from './run.ts'
import { describeTarget } from './target.ts'
import { loginOfVisitor } from './visitor.ts'

/** Opens the start page; throws `off_origin` when the site lives elsewhere. */
export async function reach(run: Run): Promise<void> {
  const { http, options } = run
  const jar = new BrowserJar()
  const first = await visit(http, { url: run.start, phase: 'anonymous', jar })
  const { loginUrl, protectedUrl, protectedRequest: request } = options
  const named = [loginUrl, protectedUrl, request].some((option) => option !== undefined)
  if (first.leftTo && !named && !http.allows(first.leftTo, 'login')) {
    const { origin } = first.leftTo
    throw new AuditError(
      'off_origin',
      `${run.start.origin} redirects to ${origin}, which is another origin; audit that address instead, or, where that is its login, allow it with --login-origin ${origin}`,
    )
  }
  const end = first.final.url
  if (end.origin !== run.start.origin) {
    run.start = new URL(run.start.pathname + run.start.search, end.origin)
    run.target = describeTarget(options, run.start, run.startedAt)
  }
  run.opened = { visit: first, jar }
  if (options.passive) run.loginPage = await loginOfVisitor(run, run.opened)
}

/** Finds the way to sign in and uses it once. */
export async function signInOnce(run: Run): Promise<void> {
  const { http, options, start } = run
  const before = http.exchanges.length
  const signIn = await chooseSignIn(run)
  const jar = signIn.given ?? new BrowserJar()
  const landed =
    signIn.login === null
      ? await visit(http, { url: start, phase: 'signed-in', jar })
      : await signIn.login(jar, {
          beforeSubmit: () => {
            const pages = [start, signIn.entry, signIn.action]
            run.before = pages.flatMap((url) => jar.credentials(url))
          },
        })
  const exchanges = http.exchanges.slice(before).map(({ id }) => id)
  Object.assign(run, { signIn, jar, landed })
  const confirmed = signIn.confirmed.length > 0 ? { confirmed: signIn.confirmed } : {}
  note(run, 'signIn', {
    ...signIn.evidence,
    ...accountOf(options.username, http.secrets),
    ...confirmed,
    exchanges,
  })
}

/** Finds the page that tells users from visitors. */
export async function oracle(run: Run): Promise<void> {
  const { signIn, jar } = run
  if (signIn === null || jar === null) throw new ProbeError('there was no sign-in')
  const search = searchOf(run, signIn, jar)
  if (signIn.token) await settleToken(signIn.token, jar, closedPages(search))
  try {
    run.oracle = await findOracle(search)
  } catch (error) {
    const isOpen = error instanceof AuditError && error.code === 'oracle_unstable'
    if (!isOpen || !(await isEvicted(run, signIn))) throw error
    return
  }
  note(run, 'oracle', run.oracle.evidence)
}

function searchOf(run: Run, signIn: SignIn, jar: BrowserJar): OracleSearch {
  const { http, options, landed, start } = run
  const request = protectedRequest(run)
  const protectedUrl =
    options.protectedUrl === undefined
      ? (request?.url ?? null)
      : readUrl(options.protectedUrl, '--protected-url', start)
  const { entry, hints = [], visitor, asks = [] } = signIn
  const known = { looks: looksOf(options, signIn), hints, makeUp: sameShape, given: signIn.given !== null }
  const asking = askingOf(request)
  return { http, jar, landed, ...known, entry, start, protectedUrl, asking, asks, visitor }
}

/**
 * Whether the auditor's own visitors end the user's session. From then on one visitor stands for all, and the page that
 * tells users from visitors is looked for again, with a new session.
 */
async function isEvicted(run: Run, signIn: SignIn): Promise<boolean> {
  const { http, jar, landed, before } = run
  if (signIn.login === null || http.visitor !== null) return false
  try {
    const visitors = await evictedBy(searchOf(run, signIn, await signInAnew(run, signIn)))
    if (visitors !== null) {
      http.visitor = new BrowserJar()
      const search = searchOf(run, signIn, await signInAnew(run, signIn))
      run.oracle = await findOracle({ ...search, visitor: http.visitor })
      note(run, 'oracle', { ...run.oracle.evidence, evictedBy: visitors })
      return true
    }
  } catch (error) {
    if (!(error instanceof AuditError) || isFatal(error)) throw error
  }
  // What was found before says more than that this could not be tried.
  Object.assign(run, { jar, landed, before })
  return false
}

async function signInAnew(run: Run, signIn: SignIn): Promise<BrowserJar> {
  const jar = new BrowserJar()
  const pages = [run.start, signIn.entry, signIn.action]
  const beforeSubmit = () => {
    run.before = pages.flatMap((url) => jar.credentials(url))
  }
  run.landed = (await signIn.login?.(jar, { beforeSubmit })) ?? null
  run.jar = jar
  return jar
}

function protectedRequest({ options, http, start }: Run): NamedRequest | null {
  if (options.protectedRequest === undefined) return null
  const request = readRequest(options.protectedRequest, '--protected-request', start)
  for (const [name, value] of textsOf(request)) http.secrets.add(name, value)
  return request
}

/** Where it may be tried in which form the site takes a token. */
function* closedPages(search: OracleSearch): Iterable<(jar: Jar) => Promise<Answer>> {
  for (const urls of [candidatePages, morePages]) {
    for (const url of urls(search)) {
      yield (jar) =>
        search.http.send({
          ...search.asking,
          url,
          phase: jar === NO_CREDENTIALS ? 'anonymous' : 'signed-in',
          jar,
        })
    }
  }
}

/** Establishes what carries the session, and with it what the probes work on. */
export async function carrier(run: Run): Promise<void> {
  const { http, options, signIn, jar, oracle, landed, start, target, wait, gathered } = run
  if (signIn === null || jar === null || oracle === null) throw new ProbeError('there was no sign-in')
  run.carrierBroken = 'it was not looked for to the end'
  const { evidence, broken, ...found } = await findCarrier({ http, oracle, signIn, jar })
  // A session that ended may have been pushed out by the auditor's own visitors.
  if (broken !== null && (await isEvicted(run, signIn))) return carrier(run)
  run.carrierBroken = broken ?? 'what goes along with it was not found out'
  const remembering = new Set<number>()
  const shared = {
    options,
    target,
    http,
    start,
    signIn,
    oracle,
    landed,
    wait,
    gathered,
    first: { jar, before: run.before },
    remembering,
    ...found,
    newest: found.jar,
    spare: [],
  }
  run.context = {
    ...shared,
    carrier: { ...evidence, headers: headersAmong(found.jar.credentials(oracle.url)) },
  }
  if (broken !== null) throw new ProbeError(broken)
  run.context = await addCompanions(run.context)
  if (signIn.offersRemember) {
    const { sets } = run.context.carrier
    run.context = await addRemembered(run.context)
    // Those of before were judged by a session of before: in a remembered one less may be enough.
    run.context = await addCompanions(run.context, run.context.carrier.sets.slice(sets.length))
  }
  run.context = await addBearers(run.context)
  run.carrierBroken = null
  note(run, 'carrier', run.context.carrier)
}

function headersAmong(credentials: readonly Credential[]): NonNullable<CarrierEvidence['headers']> {
  const headers = credentials.filter(({ kind }) => kind === 'header')
  return headers.map(({ name, scheme = null }) => ({ name, scheme }))
}

/** A session cookie that lives longer because the user asked for it is not the one to judge. */
export function asideOf({ context }: Run): (cookie: { name: string; exchange: number }) => boolean {
  return ({ name, exchange }) =>
    context?.remembering.has(exchange) === true && !context.carrier.remembered?.includes(name)
}

/** Looks at https; does not apply on loopback. */
export async function transport(run: Run): Promise<void> {
  const { http, target, signIn, oracle, start } = run
  if (target.loopback) {
    const reason =
      'the host is loopback, which browsers treat as trustworthy over http, and which needs no HSTS'
    run.gathered.transport = { status: 'skipped', reason }
    return
  }
  const { loginPage } = run
  const login = loginPage ? addressesOf(loginPage) : signIn && { page: signIn.entry, action: signIn.action }
  const page = oracle?.url ?? start
  const seen = target.passive ? http.answers.findLast(({ url }) => url.origin === page.origin) : undefined
  note(run, 'transport', await probeTransport({ http, target, page, login, seen }))
}
