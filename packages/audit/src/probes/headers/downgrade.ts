import type { Control, DowngradeEvidence, Observation, TransportEvidence } from '../../evidence/evidence.ts'
import { expectState } from '../../evidence/observation.ts'
import { frozenJar, type Jar, NO_CREDENTIALS } from '../../network/cookies/jar.ts'
import { suffices } from '../../network/cross-site/cross-site.ts'
import type { Answer } from '../../network/http.ts'
import { AuditError, ProbeError } from '../../options/errors.ts'
import { asNamed, underLabel } from '../carrier/renamed.ts'
import type { ProbeContext } from '../context.ts'

/**
 * Whether the session of an https site goes over http:// too. Only what a browser would send there is sent there: a
 * session whose cookies are all Secure never is.
 */
export async function probeDowngrade(context: ProbeContext): Promise<DowngradeEvidence> {
  const { http, oracle, target, carrier, renamings, jar } = context
  const plain = target.loopback ? null : http.allowPlain(oracle.url)
  if (plain === null) return { plainHttp: null, sent: [], replay: null, set: [], controls: [] }
  const known = plainHttpOf(context)
  if (known === null) throw new ProbeError('what http:// does was not found out')
  const sent = asNamed(jar.credentials(plain), renamings).filter(
    ({ kind, name }) => kind === 'cookie' && carrier.carriers.includes(name),
  )
  const names = sent.map(({ name }) => name)
  const isSent = suffices(names, carrier.sets) && known !== 'refused'
  const tried = isSent ? await tryOver(context, plain, frozenJar(sent)) : null
  const plainHttp = tried === 'refused' ? 'refused' : known
  return {
    plainHttp,
    sent: names,
    replay: tried === 'refused' ? null : (tried?.replay ?? null),
    set: setOver(http.answers, carrier.carriers, (name) => underLabel(name, renamings)),
    controls: tried === null || tried === 'refused' ? [] : tried.controls,
  }
}

function plainHttpOf({ gathered: { transport } }: ProbeContext): TransportEvidence['plainHttp'] {
  return transport?.status === 'gathered' ? transport.value.plainHttp : null
}

interface Tried {
  readonly replay: Observation
  readonly controls: readonly Control[]
}

/** The session, and a visitor, over http://; where the session was not let in, whether it is alive. */
async function tryOver(
  { http, oracle, jar }: ProbeContext,
  url: URL,
  session: Jar,
): Promise<Tried | 'refused'> {
  const look = async (by: Jar): Promise<Observation> => {
    const answer = await http.send({ ...oracle.asking, url, phase: 'replay', jar: by })
    return { state: upgrades(answer) ? 'anonymous' : oracle.judge(answer), exchange: answer.exchange }
  }
  try {
    const replay = await look(session)
    const control =
      replay.state === 'signed-in'
        ? expectState('a visitor over http://', 'anonymous', await look(NO_CREDENTIALS))
        : expectState('the session over https://', 'signed-in', await oracle.observe(jar, 'signed-in'))
    return { replay, controls: [control] }
  } catch (error) {
    if (error instanceof AuditError && error.code === 'unreachable') return 'refused'
    throw error
  }
}

/** It leads to the same page over https, as it does everybody. */
function upgrades({ url, location }: Answer): boolean {
  return location?.protocol === 'https:' && location.pathname === url.pathname
}

/** What carries the session, as answers over http:// gave it; a Secure one browsers refuse there. */
function setOver(
  answers: readonly Answer[],
  carriers: readonly string[],
  labelOf: (name: string) => string,
): DowngradeEvidence['set'] {
  const found = new Map<string, number>()
  for (const { url, cookies, exchange } of answers) {
    if (url.protocol !== 'http:') continue
    for (const { name, deletion, refusedByBrowsers } of cookies) {
      const label = labelOf(name)
      if (deletion || refusedByBrowsers !== null || !carriers.includes(label) || found.has(label)) continue
      found.set(label, exchange)
    }
  }
  return [...found].map(([name, exchange]) => ({ name, exchange }))
}
