import type {
  Control,
  FoundSecret,
  TokenEvidence,
  TokensEvidence,
  TokenTrial,
} from '../../evidence/evidence.ts'
import { expectState } from '../../evidence/observation.ts'
import { isRefused, isTaken } from '../../evidence/tokens.ts'
import { type ProbeContext, secretValues } from '../context.ts'
import { sameShape } from '../value.ts'
import { lifetimeOf, personalClaims, withMadeUpIds } from './claims.ts'
import { endsAtLogout, siteClock, tryExpired } from './expiry.ts'
import {
  type Forgery,
  forgeries,
  hmacMaker,
  isAsymmetric,
  type Maker,
  withOtherClaims,
  withOtherSignature,
} from './forgeries.ts'
import { encryptedBy, type HeldToken, heldTokens, type Jws } from './jws.ts'
import { findPublicKey } from './public-key.ts'
import { type Sending, sendingOf, statusOf } from './sending.ts'
import { findTokenSecret } from './token-secret.ts'

/** The site verifies these by its own key, or looks at no signature at all. */
const AS_GENUINE: readonly TokenTrial['kind'][] = ['claims-changed', 'empty-key', 'known-secret']
/** A value may hold one token to show and one to renew it with. */
const MOST_TOKENS = 3

/**
 * Whether the tokens that carry the session can be made by anybody but the site, and what they say of themselves. Asks
 * the site nothing where no carrier is a token.
 */
export async function probeTokens(context: ProbeContext): Promise<TokensEvidence> {
  const tokens: TokenEvidence[] = []
  for (const { name, value } of secretValues(context, context.jar)) {
    const encrypted = encryptedBy(value)
    if (heldTokens(value).length > 0) tokens.push(await tryToken(context, name))
    else if (encrypted !== null) tokens.push({ ...nothing(name, encrypted), encrypted: true })
  }
  return { tokens }
}

async function tryToken(context: ProbeContext, name: string): Promise<TokenEvidence> {
  const sending = await sendingOf(context, name)
  const genuine = await sending.send(sending.value)
  const { token, refused } = await readToken(context, sending)
  const { jws } = token
  const secret = findTokenSecret(jws)
  const before = [expectState('the genuine token', 'signed-in', genuine), refused]
  const now = siteClock(context) ?? Date.now() / 1000
  const said = {
    ...nothing(name, jws.alg),
    secret: secret?.found ?? null,
    personal: personalClaims(jws),
    lifetime: {
      ends: typeof jws.claims.exp === 'number',
      seconds: lifetimeOf(jws, now),
      endsAtLogout: endsAtLogout(context, name),
      expired: null,
    },
  }
  if (!before.every(({ held }) => held)) return { ...said, controls: before }

  const published = isAsymmetric(jws.alg) ? await findPublicKey(context, jws) : null
  const { trials, untried, maker, asGenuine } = await tryForgeries(sending, token, {
    known: secret,
    forged: forgeries(jws, published?.key ?? null, published?.certificate ?? null),
  })
  const ids = maker && withMadeUpIds(jws.claims, sameShape)
  const madeUpIds = ids && maker ? await sending.send(token.put(maker(ids))) : null
  const after = [
    expectState('the genuine token afterwards', 'signed-in', await sending.send(sending.value)),
    ...(trials.some(isTaken) ? [await madeUp(context, sending, token)] : []),
  ]
  // The last, as it may wait for the end of the genuine one.
  const expired = said.lifetime.ends ? await tryExpired(context, sending, token, asGenuine) : null
  return {
    ...said,
    trials,
    untried,
    publicKey: published && context.http.secrets.redactUrl(published.url.href),
    madeUpIds,
    lifetime: { ...said.lifetime, expired },
    controls: [...before, ...after],
  }
}

/** The token that the site looks at: one that is made up in its place is refused. */
async function readToken(
  context: ProbeContext,
  sending: Sending,
): Promise<{ token: HeldToken; refused: Control }> {
  let last: { token: HeldToken; refused: Control } | null = null
  for (const token of heldTokens(sending.value).slice(0, MOST_TOKENS)) {
    last = { token, refused: await madeUp(context, sending, token) }
    if (last.refused.held) break
  }
  if (last === null) throw new Error('a value without a token was taken for one')
  return last
}

interface Tried {
  readonly trials: readonly TokenTrial[]
  readonly untried: number
  /** How to make any token; null where no way was accepted. */
  readonly maker: Maker | null
  /** How to make one that goes the way of a genuine one: what becomes of that is what becomes of those. */
  readonly asGenuine: Maker | null
}

/** Tries each kind until one of it is accepted; where the signature is not looked at, nothing else can be told. */
async function tryForgeries(
  sending: Sending,
  token: HeldToken,
  { known, forged }: { known: { found: FoundSecret; key: Buffer } | null; forged: readonly Forgery[] },
): Promise<Tried> {
  const { jws } = token
  const trials: TokenTrial[] = []
  let untried = 0
  let maker: Maker | null = null
  let asGenuine: Maker | null = null
  const attempt = async ({ kind, how, text, make }: Forgery): Promise<boolean> => {
    if (!sending.mayAsk) {
      untried += 1
      return false
    }
    const trial = { kind, how, ...(await sending.attempt(token, text)) }
    trials.push(trial)
    if (isTaken(trial)) {
      maker ??= make
      if (AS_GENUINE.includes(kind)) asGenuine ??= make
    }
    return isTaken(trial)
  }
  const byItself: Forgery = {
    kind: 'claims-changed',
    how: 'one claim more under the genuine signature',
    text: withOtherClaims(jws, oneMore(jws)),
    make: (claims) => withOtherClaims(jws, claims),
  }
  if (isUnsigned(jws)) {
    await attempt({ ...byItself, how: 'one claim more; the site itself signs nothing' })
    return { trials, untried, maker, asGenuine }
  }
  const changed = await attempt({
    kind: 'signature-changed',
    how: 'one byte in the middle of the signature changed',
    text: withOtherSignature(jws),
    make: null,
  })
  if ((await attempt(byItself)) || changed) return { trials, untried, maker, asGenuine }

  const done = new Set<Forgery['kind']>()
  for (const forgery of forged) {
    if (!done.has(forgery.kind) && (await attempt(forgery))) done.add(forgery.kind)
  }
  if (known !== null) {
    const make = hmacMaker(jws.header, known.key)
    const how = 'one claim more, signed with the secret that was found'
    await attempt({ kind: 'known-secret', how, text: make(oneMore(jws)), make })
  }
  return { trials, untried, maker, asGenuine }
}

/** Says nothing else of the user. */
function oneMore({ claims }: Jws): Record<string, unknown> {
  return { ...claims, latchkey_audit: 1 }
}

function isUnsigned({ alg, signature }: Jws): boolean {
  return signature.length === 0 || alg.toLowerCase() === 'none'
}

/** Must be refused: where it is not, something else opens the page. */
async function madeUp(context: ProbeContext, sending: Sending, token: HeldToken): Promise<Control> {
  const seen = await sending.send(token.put(sameShape(token.jws.text)))
  const refused = isRefused({ seen, status: statusOf(context, seen) })
  return {
    name: 'a made-up token',
    expected: 'refused',
    seen: refused ? 'refused' : seen.state,
    held: refused,
  }
}

function nothing(name: string, alg: string): TokenEvidence {
  return {
    name,
    alg,
    encrypted: false,
    trials: [],
    untried: 0,
    secret: null,
    publicKey: null,
    madeUpIds: null,
    lifetime: { ends: false, seconds: null, endsAtLogout: null, expired: null },
    personal: [],
    controls: [],
  }
}
