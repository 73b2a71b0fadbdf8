import { createFileRoute } from '@tanstack/react-router'

export const Route = createFileRoute('/note')({
  server: {
    handlers: {
      async POST({ request, context }) {
        context.session.requireUser()
        await context.session.set('note', String((await request.formData()).get('note') ?? ''))
        return new Response(null, { status: 303, headers: { location: '/account' } })
      },
    },
  },
})
