import type { IncomingMessage, ServerResponse } from 'node:http'

// What the plugin uses of Fastify 5, by its form: Latchkey has no dependencies.

/** Has of an IncomingMessage what is asked of one here, and `protocol` as `trustProxy` makes it. */
export interface PluginRequest extends IncomingMessage {
  readonly raw: IncomingMessage
}

export interface PluginReply {
  readonly raw: ServerResponse
}

interface Property {
  getter(this: PluginRequest): unknown
  setter?(this: PluginRequest, value: unknown): void
}

export interface PluginApp {
  hasRequestDecorator(name: string): boolean
  decorate(name: string, value: unknown): this
  decorateRequest(name: string, property: Property): this
  addHook(name: 'onRequest', hook: (request: PluginRequest, reply: PluginReply) => Promise<void>): this
  addHook(
    name: 'onSend',
    hook: (request: PluginRequest, reply: PluginReply, payload: unknown) => Promise<unknown>,
  ): this
  addHook(name: 'onResponse', hook: (request: PluginRequest, reply: PluginReply) => Promise<void>): this
  addHook(name: 'onClose', hook: () => Promise<void>): this
}
