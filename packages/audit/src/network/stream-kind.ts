/** One message of a stream: the name of its event, where it has one, and what it says. */
export interface Message {
  readonly event: string
  readonly text: string
}

const KEEPS_ALIVE = /^(?:ping|pong|heart[-_ ]?beat|keep[-_ ]?alive|noop)$/i
/** Members by which messages in JSON say what they are. */
const TYPES = ['type', 'event', 'kind', 'op', 'action']
const EMPTY = /^(?:\{\s*\}|\[\s*\]|null|""|)$/

/**
 * What kind of message it is, so that one can say whether those that came before go on; null for what only keeps the
 * connection: what says so of itself, or is empty.
 */
export function kindOf({ event, text }: Message): string | null {
  const body = text.trim()
  if (KEEPS_ALIVE.test(event) || KEEPS_ALIVE.test(body) || EMPTY.test(body)) return null
  // Socket.IO writes digits in front.
  const type = typeIn(body.replace(/^\d+(?=[[{])/, ''))
  if (type !== null && KEEPS_ALIVE.test(type)) return null
  return `${event} ${type ?? ''}`
}

function typeIn(body: string): string | null {
  let data: unknown
  try {
    data = JSON.parse(body)
  } catch {
    return null
  }
  if (Array.isArray(data)) return typeof data[0] === 'string' ? data[0] : null
  if (data === null || typeof data !== 'object') return null
  const named = TYPES.map((name) => (data as Record<string, unknown>)[name])
  return named.find((type) => typeof type === 'string') ?? null
}
