import type { CarrierEvidence, Observation } from '../../evidence/evidence.ts'
import type { Oracle } from '../../login/oracle/oracle.ts'
import type { SignIn } from '../../login/sign-in.ts'
import { BrowserJar, type Credential } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import { type CarrierProbe, probeCarrier } from './carrier.ts'
import { asNamed, findRenamings, mayBeRenamed, type Renaming, underLabel } from './renamed.ts'

export interface FoundCarrier {
  readonly evidence: CarrierEvidence
  readonly broken: string | null
  readonly renamings: readonly Renaming[]
  /** The carriers' values of each login that was made, by name. */
  readonly issued: Map<string, string>[]
  /** Of the newest of them. */
  readonly jar: BrowserJar
  /** What a client without cookies was last seen as. */
  readonly visitor: Observation
}

interface Search {
  readonly http: Http
  readonly oracle: Oracle
  readonly signIn: SignIn
  readonly jar: BrowserJar
}

/**
 * Finds what carries the session, under names that stay: a cookie that is renamed in each answer is known from those
 * so far, one that is renamed at each login by another login.
 */
export async function findCarrier(search: Search): Promise<FoundCarrier> {
  const { http, signIn } = search
  const first = await probeUnder(search, search.jar, findRenamings(ownNames(http)))
  if (signIn.login === null || first.broken !== null) return first
  if (!first.evidence.carriers.some(mayBeRenamed)) return first

  const jar = new BrowserJar()
  await signIn.login(jar)
  const renamings = findRenamings(ownNames(http))
  if (first.evidence.carriers.some((name) => underLabel(name, renamings) !== name)) {
    return await probeUnder(search, jar, renamings)
  }
  const { carriers } = first.evidence
  const values = valuesOf(jar.credentials(search.oracle.url), carriers)
  return { ...first, jar, issued: [...first.issued, values] }
}

async function probeUnder(
  { oracle, signIn: { login } }: Search,
  jar: BrowserJar,
  renamings: readonly Renaming[],
): Promise<FoundCarrier> {
  let newest = jar
  const named = () => asNamed(newest.credentials(oracle.url), renamings)
  const renew = async (): Promise<readonly Credential[]> => {
    newest = new BrowserJar()
    await login?.(newest)
    return named()
  }
  const probe: CarrierProbe = await probeCarrier(oracle, named(), login && renew)
  const { carriers } = probe.evidence
  const renamed = carriers.filter((name) => renamings.some(({ label }) => label === name))
  return {
    evidence: renamed.length === 0 ? probe.evidence : { ...probe.evidence, renamed },
    broken: probe.broken,
    renamings,
    issued: [valuesOf(probe.credentials, carriers)],
    jar: newest,
    visitor: probe.visitor,
  }
}

/** Names of the cookies that our own browsers were given. */
function ownNames({ answers }: Http): string[] {
  return answers
    .filter(({ phase }) => phase === 'login' || phase === 'signed-in')
    .flatMap(({ cookies }) => cookies)
    .filter(({ deletion }) => !deletion)
    .map(({ name }) => name)
}

function valuesOf(credentials: readonly Credential[], carriers: readonly string[]): Map<string, string> {
  return new Map(
    credentials.filter(({ name }) => carriers.includes(name)).map(({ name, value }) => [name, value]),
  )
}
