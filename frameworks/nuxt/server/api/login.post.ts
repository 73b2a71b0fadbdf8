import { authenticate } from '../lib/accounts'
import { session } from '../lib/session'

export default defineEventHandler(async (event) => {
  const { username, password } = (await readBody<{ username?: string; password?: string }>(event)) ?? {}
  const userId = await authenticate(username ?? '', password ?? '')
  if (!userId) return sendRedirect(event, '/login?wrong=1', 303)
  await session(event).login(userId)
  return sendRedirect(event, '/account', 303)
})
