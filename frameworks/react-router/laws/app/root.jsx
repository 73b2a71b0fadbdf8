import { Outlet } from 'react-router'
import { current } from './session.server.js'

export const middleware = [0, 1].map((at) => (args, next) => current().middleware[at](args, next))

export default function Root() {
  return <Outlet />
}
