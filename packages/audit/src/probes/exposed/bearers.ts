import type { Observation } from '../../evidence/observation.ts'
import { decode } from '../../network/redaction/secrets.ts'
import { carrierValues, isCompanion, type ProbeContext, replay } from '../context.ts'
import { placesInStorage } from './storage.ts'

/**
 * Where a page keeps a cookie's value in the browser's storage: how that value fares alone in the header of a bearer
 * token. What the site takes so is a token that a page's script has to know, and that is in a cookie besides. While the
 * session is alive: a given one ends with the first logout.
 */
export async function addBearers(context: ProbeContext): Promise<ProbeContext> {
  const { stored } = context.signIn
  if (!stored) return context
  const bearers = new Map<string, Observation>()
  for (const { kind, name, value } of carrierValues(context, context.jar)) {
    if (kind === 'header' || isCompanion(context, name)) continue
    const known = { values: new Map([[name, new Set([value])]]), proved: new Set([value]) }
    const [kept] = placesInStorage(context.http.secrets, stored, known)
    if (kept === undefined || kept.written.form === 'id') continue
    const token = kept.written.form === 'decoded' ? decode(value) : value
    const sent = { kind: 'header', name: 'Authorization', value: token, scheme: 'Bearer' } as const
    bearers.set(name, await replay(context, [sent]))
  }
  return { ...context, bearers }
}
