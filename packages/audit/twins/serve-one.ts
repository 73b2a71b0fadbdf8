/** `npm run twins -- --serve NAME`: starts one twin and says how to sign in, until Ctrl+C. */
import { ACCOUNT } from './serve/account.ts'
import { twins } from './twins.ts'

/** @returns false when there is no twin of this name */
export async function serveOne(name: string): Promise<boolean> {
  const twin = twins.find((each) => each.name === name)
  if (!twin) return false
  const running = await twin.start()
  console.log(`${running.url}  (sign in as ${ACCOUNT.username}, password: ${ACCOUNT.password})`)
  await new Promise<void>((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve))
  await running.close()
  return true
}
