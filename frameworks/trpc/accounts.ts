import { hashPassword, verifyPassword } from 'latchkey/password'

// An application has a table of these. The password of this one is printed at start.
export const demoPassword = 'correct horse battery staple'
const accounts = new Map([['alice', { id: 'user-1', passwordHash: await hashPassword(demoPassword) }]])

/** The user's id, or null. An unknown user takes as long as a wrong password. */
export async function authenticate(username: string, password: string): Promise<string | null> {
  const account = accounts.get(username)
  const matches = await verifyPassword(password, account?.passwordHash ?? null)
  return matches && account ? account.id : null
}
