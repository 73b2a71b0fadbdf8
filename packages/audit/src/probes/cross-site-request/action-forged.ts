import type { RequestBody } from '../../network/body.ts'
import { elsewhere } from '../../network/cross-site/cross-site.ts'
import type { Foreign } from '../../network/cross-site/foreign.ts'
import type { ReversibleAction } from '../../options/action.ts'
import { type Places, withFields } from './action-own.ts'
import type { Pair } from './known-fields.ts'

/** One way in which a page of another site can ask for a change: all a link or a form can do without a script. */
export interface Way {
  readonly how: string
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly body?: RequestBody
  readonly foreign: Foreign
  /** Says no more where this way has worked already. */
  readonly after?: string
}

/**
 * The ways in which another site can ask for this. A form sends three content types and no header of its own;
 * JSON hides in its text/plain. What goes by PUT, PATCH or DELETE is asked for by `_method`, which many
 * frameworks heed, as a form cannot send those.
 */
export function waysFor(
  action: ReversibleAction,
  { action: address }: Places,
  { sendable, multipart }: { readonly sendable: readonly Pair[]; readonly multipart: boolean },
): Way[] {
  const { method = 'POST', format = 'form' } = action
  const link: Way = {
    how: 'a link with the fields in its address',
    url: withFields(address, sendable),
    method: 'GET',
    foreign: elsewhere('document'),
  }
  if (method === 'GET') return [link]
  const override: readonly Pair[] = method === 'POST' ? [] : [['_method', method]]
  const form: Way = {
    how: override.length > 0 ? `a form with _method=${method}` : 'a form',
    url: address,
    method: 'POST',
    body: { type: multipart ? 'multipart' : 'urlencoded', fields: [...sendable, ...override] },
    foreign: elsewhere('document'),
  }
  const text: Way = {
    how: 'a form whose text/plain is JSON',
    url: withFields(address, override),
    method: 'POST',
    body: { type: 'text', fields: sendable },
    foreign: elsewhere('document'),
  }
  const sent = format === 'json' ? [text, form] : [form]
  const hiding = sent.map(
    (way): Way => ({
      ...way,
      how: `${way.how} with Origin null and no Referer`,
      after: way.how,
      foreign: elsewhere('document', { hidden: true }),
    }),
  )
  return [...sent, ...hiding, link]
}
