/** What a text says in JSON; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What an answer says in JSON; undefined where it does not call itself that, or is none. */
export function jsonOf({
  headers,
  body,
}: {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}): unknown {
  return /json/i.test(headers['content-type'] ?? '') ? parseJson(body) : undefined
}
