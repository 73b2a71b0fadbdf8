import { session } from '../lib/session'

export default defineEventHandler(async (event) => {
  session(event).requireUser()
  await session(event).set('role', 'admin')
  await session(event).regenerate() // other privileges, another token
  return sendRedirect(event, '/account', 303)
})
