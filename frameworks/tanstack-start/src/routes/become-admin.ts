import { createFileRoute } from '@tanstack/react-router'

export const Route = createFileRoute('/become-admin')({
  server: {
    handlers: {
      async POST({ context }) {
        context.session.requireUser()
        await context.session.set('role', 'admin')
        await context.session.regenerate() // other privileges, another token
        return new Response(null, { status: 303, headers: { location: '/account' } })
      },
    },
  },
})
