import { signIn } from '../actions'

export default async function Login({ searchParams }: { searchParams: Promise<{ wrong?: string }> }) {
  const { wrong } = await searchParams
  return (
    <>
      <h1>Sign in</h1>
      <p role="alert">{wrong && 'Wrong user name or password.'}</p>
      <form action={signIn}>
        <label>
          User name <input name="username" autoComplete="username" required />
        </label>
        <label>
          Password <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <button type="submit">Sign in</button>
      </form>
    </>
  )
}
