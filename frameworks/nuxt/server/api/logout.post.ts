import { session } from '../lib/session'

export default defineEventHandler(async (event) => {
  await session(event).logout()
  return sendRedirect(event, '/', 303)
})
