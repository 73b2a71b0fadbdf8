import type { StoreEvent } from '../../../store.ts'

/** What goes through the channel: one letter, then the rest. */
export const announcement = {
  ended: (sid: string) => `e${sid}`,
  endedAll: 'e',
  changed: (sid: string) => `c${sid}`,
  ping: (subscription: string, part: number, id: string) => `p${subscription} ${part} ${id}`,
}

export type Announced =
  | Extract<StoreEvent, { type: 'ended' | 'changed' }>
  | { readonly type: 'ping'; readonly subscription: string; readonly part: number; readonly id: string }

/** Null for what a later version of Latchkey may say. */
export function readAnnouncement(text: string): Announced | null {
  const rest = text.slice(1)
  if (text[0] === 'e') return { type: 'ended', sid: rest === '' ? null : rest }
  if (text[0] === 'c') return { type: 'changed', sid: rest }
  if (text[0] !== 'p') return null
  const [subscription = '', part = ''] = rest.split(' ', 2)
  const id = rest.slice(subscription.length + part.length + 2)
  return { type: 'ping', subscription, part: Number(part), id }
}
