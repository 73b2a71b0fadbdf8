import { Link } from 'react-router'

export default function Home() {
  return (
    <>
      <title>React Router example</title>
      <h1>React Router example</h1>
      <Link to="/login">Sign in</Link>
    </>
  )
}
