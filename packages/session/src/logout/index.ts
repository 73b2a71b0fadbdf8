export type { ProviderSession } from '../links/provider-session.ts'
export type { FetchRoute, NodeRoute } from '../tokens/endpoints/endpoint.ts'
export {
  type BackChannelOptions,
  backChannelLogoutRoute,
  nodeBackChannelLogoutRoute,
} from './back-channel.ts'
export {
  type FrontChannelOptions,
  frontChannelLogoutRoute,
  nodeFrontChannelLogoutRoute,
} from './front-channel.ts'
export {
  type GlobalRevocationOptions,
  globalRevocationRoute,
  nodeGlobalRevocationRoute,
} from './global-revocation.ts'
export { type PollOptions, pollSignals, type SignalPolling } from './poll.ts'
export {
  type LeaveOptions,
  type ProviderLogout,
  type ProviderLogoutOptions,
  providerLogout,
} from './provider-logout.ts'
export type { LogoutProvider } from './providers.ts'
export type { OutsideSessions } from './receiver.ts'
export type { SignalOptions } from './security-event.ts'
export type { UserOf } from './signals.ts'
export { nodeSignalsRoute, type SignalsRouteOptions, signalsRoute } from './signals-route.ts'
export type { SubjectIdentifier } from './subject.ts'
