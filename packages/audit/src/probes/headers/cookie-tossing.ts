import type { CookieTossingEvidence } from '../../evidence/cookie-tossing.ts'
import type { CarrierSet } from '../../evidence/evidence.ts'
import { expectState } from '../../evidence/observation.ts'
import { type Credential, pick } from '../../network/cookies/jar.ts'
import { hostOf } from '../../network/host.ts'
import { sideBySide } from '../../network/side-by-side.ts'
import { notSignedIn } from '../carrier/carrier.ts'
import { carrierValues, isCompanion, liveJar, type ProbeContext, replay } from '../context.ts'
import { issuedToVisitors } from '../session-id/first-ids.ts'
import { sameShape } from '../value.ts'
import { noSiblingOf } from './siblings.ts'

const PREFIX = /^__(?:host|http-host|host-http)-/i

/**
 * What the server makes of two cookies of one name, of which another host of the site planted one: a browser sends the
 * one of the longer path first, and of equal paths the older one. The planted one is in front, and then behind.
 */
export async function probeCookieTossing(context: ProbeContext): Promise<CookieTossingEvidence> {
  const { oracle, carrier } = context
  const nothing = { trials: [], controls: [] }
  const prefixed = carrier.carriers.filter((name) => PREFIX.test(name))
  const noSibling = noSiblingOf(hostOf(oracle.url))
  const sets = carrier.sets.filter((set) => !set.some((name) => prefixed.includes(name)))
  const cookies = sets.filter((set) => secretCookies(context, set).length > 0)
  if (noSibling !== null || cookies.length === 0) return { noSibling, prefixed, ...nothing }

  const jar = await liveJar(context)
  const own = carrierValues(context, jar)
  const [set = []] = cookies.filter((each) => each.every((name) => own.some((held) => held.name === name)))
  const mine = pick(own, set)
  const { values, planted } = plantedFor(context, pick(mine, secretCookies(context, set)))
  const [first, last, alone] = await sideBySide(
    () => replay(context, [...values, ...mine]),
    () => replay(context, [...mine, ...values]),
    () => replay(context, [...values, ...mine.filter(({ name }) => isCompanion(context, name))]),
  )
  const after = await replay(context, mine)
  // An error that comes and goes with the planted cookie is the site's answer to it.
  const again =
    first.state === 'unclear' && last.state === 'unclear' ? await replay(context, [...values, ...mine]) : null
  return {
    noSibling,
    prefixed,
    trials: set.length === 0 ? [] : [{ names: values.map(({ name }) => name), planted, first, last, again }],
    controls: [
      notSignedIn('the planted cookie alone', alone),
      expectState('the session alone, after that', 'signed-in', after),
    ],
  }
}

function secretCookies(context: ProbeContext, set: CarrierSet): string[] {
  const { headers = [] } = context.carrier
  return set.filter((name) => !isCompanion(context, name) && !headers.some((header) => header.name === name))
}

/** An attacker has what any visitor gets; where that is nothing, a made-up value shows which one is read. */
function plantedFor(
  context: ProbeContext,
  mine: readonly Credential[],
): { readonly values: readonly Credential[]; readonly planted: 'visitor' | 'made-up' } {
  const given = issuedToVisitors(context)
  const issued = mine.flatMap(
    ({ name, value }) => given.find((each) => each.name === name && each.value !== value) ?? [],
  )
  if (issued.length === mine.length) {
    // Under the name that the browser's own cookie has.
    return { planted: 'visitor', values: mine.map((own, at) => ({ ...own, value: issued[at]?.value ?? '' })) }
  }
  return { planted: 'made-up', values: mine.map((own) => ({ ...own, value: sameShape(own.value) })) }
}
