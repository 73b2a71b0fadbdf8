import { findLoginPage } from '../login/form/find-page.ts'
import { looksOf } from '../login/oracle/features.ts'
import { findOracle } from '../login/oracle/oracle.ts'
import { BrowserJar, frozenJar } from '../network/cookies/jar.ts'
import { visit } from '../network/pages/navigate.ts'
import { AuditError, ProbeError } from '../options/errors.ts'
import { readUrl } from '../options/url.ts'
import { probeCarrier } from '../probes/carrier/carrier.ts'
import { addCompanions } from '../probes/carrier/companions.ts'
import { addRemembered } from '../probes/carrier/remembered.ts'
import { probeTransport } from '../probes/headers/transport.ts'
import { chooseSignIn } from './choose-sign-in.ts'
import { note, type Run } from './run.ts'
import { describeTarget } from './target.ts'

/** Opens the start page; throws `off_origin` when the site lives elsewhere. */
export async function reach(run: Run): Promise<void> {
  const { http, options } = run
  const first = await visit(http, { url: run.start, phase: 'anonymous', jar: new BrowserJar() })
  const named = options.loginUrl !== undefined || options.protectedUrl !== undefined
  if (first.leftTo && !named) {
    throw new AuditError(
      'off_origin',
      `${run.start.origin} redirects to ${first.leftTo.origin}, which is another origin; audit that address instead`,
    )
  }
  const end = first.final.url
  if (end.origin !== run.start.origin) {
    run.start = new URL(run.start.pathname + run.start.search, end.origin)
    run.target = describeTarget(options, run.start, run.startedAt)
  }
  if (!options.passive) return
  await findLoginPage(http, options, run.start).catch((error: unknown) => {
    if (!(error instanceof AuditError) || error.code !== 'login_not_found') throw error
  })
}

/** Finds the way to sign in and uses it once. */
export async function signInOnce(run: Run): Promise<void> {
  const { http, start } = run
  const before = http.exchanges.length
  const signIn = await chooseSignIn(run)
  const jar = signIn.given ?? new BrowserJar()
  const landed =
    signIn.login === null
      ? await visit(http, { url: start, phase: 'signed-in', jar })
      : await signIn.login(jar)
  const exchanges = http.exchanges.slice(before).map(({ id }) => id)
  Object.assign(run, { signIn, jar, landed })
  note(run, 'signIn', { ...signIn.evidence, exchanges })
}

/** Finds the page that tells users from visitors. */
export async function oracle(run: Run): Promise<void> {
  const { http, options, signIn, jar, landed, start } = run
  if (signIn === null || jar === null) throw new ProbeError('there was no sign-in')
  const protectedUrl =
    options.protectedUrl === undefined ? null : readUrl(options.protectedUrl, '--protected-url', start)
  const looks = looksOf(options, signIn)
  run.oracle = await findOracle({
    http,
    jar,
    landed,
    given: signIn.given !== null,
    looks,
    entry: signIn.entry,
    start,
    protectedUrl,
  })
  note(run, 'oracle', run.oracle.evidence)
}

/** Establishes what carries the session, and with it what the probes work on. */
export async function carrier(run: Run): Promise<void> {
  const { http, options, signIn, jar, oracle, landed, start, target, wait, gathered } = run
  if (signIn === null || jar === null || oracle === null) throw new ProbeError('there was no sign-in')
  run.carrierBroken = 'it was not looked for to the end'
  const frozen = frozenJar(jar.credentials(oracle.url))
  const { evidence, broken } = await probeCarrier(oracle, frozen)
  run.carrierBroken = broken
  const values = frozen.credentials(oracle.url).filter(({ name }) => evidence.carriers.includes(name))
  const issued = [new Map(values.map(({ name, value }) => [name, value]))]
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
    issued,
    remembering,
    jar,
  }
  run.context = { ...shared, carrier: evidence }
  if (broken !== null) throw new ProbeError(broken)
  if (signIn.offersRemember) run.context = await addRemembered(run.context)
  run.context = await addCompanions(run.context)
  note(run, 'carrier', run.context.carrier)
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
  const login = signIn && { page: signIn.entry, action: signIn.action }
  const page = oracle?.url ?? start
  note(run, 'transport', await probeTransport({ http, target, page, login }))
}
