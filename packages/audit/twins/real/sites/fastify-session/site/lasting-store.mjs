// Ours, and no part of the package: a store in which what was destroyed stays so, whoever saves it afterwards.
export function lastingStore() {
  const sessions = new Map()
  const destroyed = new Set()
  return {
    get: (id, done) => done(null, sessions.get(id) ?? null),
    set(id, session, done) {
      if (!destroyed.has(id)) sessions.set(id, session)
      done()
    },
    destroy(id, done) {
      destroyed.add(id)
      sessions.delete(id)
      done()
    },
  }
}
