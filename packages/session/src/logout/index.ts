export type { ProviderSession } from '../links/provider-session.ts'
export type { FetchRoute, NodeRoute } from '../tokens/endpoints/endpoint.ts'
export {
  type BackChannelOptions,
  backChannelLogoutRoute,
  nodeBackChannelLogoutRoute,
} from './back-channel.ts'
export type { LogoutProvider } from './providers.ts'
export type { OutsideSessions } from './receiver.ts'
