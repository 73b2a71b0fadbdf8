import { session } from '../lib/session'

export default defineEventHandler((event) => {
  const own = session(event)
  return { user: own.requireUser(), note: own.get('note') ?? '', role: own.get('role') ?? 'user' }
})
