export default function Home() {
  return (
    <main>
      <h1>Gardeners</h1>
      <p>What to sow this month.</p>
      <a href="/login">Sign in</a>
    </main>
  )
}
