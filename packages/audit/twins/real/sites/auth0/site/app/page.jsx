export default function Home() {
  return (
    <main>
      <h1>Choir</h1>
      <p>Rehearsals are on Tuesdays.</p>
      <a href="/auth/login">Sign in</a> <a href="/account">My voice</a>
    </main>
  )
}
