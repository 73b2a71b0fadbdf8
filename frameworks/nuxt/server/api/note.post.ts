import { session } from '../lib/session'

export default defineEventHandler(async (event) => {
  session(event).requireUser()
  const { note } = (await readBody<{ note?: string }>(event)) ?? {}
  await session(event).set('note', note ?? '')
  return sendRedirect(event, '/account', 303)
})
