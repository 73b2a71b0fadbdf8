import { index, type RouteConfig, route } from '@react-router/dev/routes'

export default [
  index('routes/home.tsx'),
  route('login', 'routes/login.tsx'),
  route('account', 'routes/account.tsx'),
  route('note', 'routes/note.ts'),
  route('become-admin', 'routes/become-admin.ts'),
  route('logout', 'routes/logout.ts'),
] satisfies RouteConfig
