/** What is used of SvelteKit's RequestEvent. */
export interface KitEvent {
  readonly request: Request
  readonly locals: object
  readonly isDataRequest: boolean
  readonly isRemoteRequest: boolean
  readonly getClientAddress: () => string
}

/** Whether SvelteKit's own script in the browser reads the answer, and understands none but SvelteKit's. */
export function isForItsClient({ isDataRequest, isRemoteRequest, request }: KitEvent): boolean {
  return isDataRequest || isRemoteRequest || request.headers.get('x-sveltekit-action') === 'true'
}

/**
 * The answer to a redirect that a handle of the application's throws, as SvelteKit makes it; null for what is none.
 * SvelteKit makes it outside of all handles, where no cookie of theirs comes along.
 */
export function redirectIn(error: unknown, event: KitEvent): Response | null {
  if (typeof error !== 'object' || error === null || !('location' in error) || !('status' in error))
    return null
  const { status, location } = error as { status: number; location: string }
  if (isForItsClient(event)) return Response.json({ type: 'redirect', status, location })
  return new Response(null, { status, headers: { location } })
}
