import { createFileRoute } from '@tanstack/react-router'

export const Route = createFileRoute('/logout')({
  server: {
    handlers: {
      async POST({ context }) {
        await context.session.logout()
        return new Response(null, { status: 303, headers: { location: '/' } })
      },
    },
  },
})
