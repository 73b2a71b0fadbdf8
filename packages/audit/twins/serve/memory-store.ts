/** What koa-session calls an external store: a Map of JSON. */
export function memoryStore() {
  const sessions = new Map<string, string>()
  return {
    get: async (key: string) => JSON.parse(sessions.get(key) ?? 'null'),
    set: async (key: string, data: unknown) => void sessions.set(key, JSON.stringify(data)),
    destroy: async (key: string) => void sessions.delete(key),
  }
}
