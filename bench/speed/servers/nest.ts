import 'reflect-metadata'
import type { RequestListener } from 'node:http'
import * as nest from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Session } from 'latchkey'
import { nestSession } from 'latchkey/nest'
import type { StoreName } from '../../backends/stores.ts'
import { type Payload, userOf } from '../payload.ts'
import { openSessions, signIn } from '../sessions.ts'
import { latchkeyServers, type Servers } from './servers.ts'

interface Asked {
  readonly url: string
  readonly headers: { readonly cookie?: string }
}

/** On Nest's default platform, Express. */
export const nestServers: Servers = {
  bare() {
    class Pages {
      me() {
        return { user: 'u-000001' }
      }
    }
    route(Pages, 'me', [])
    return serve([], Pages)
  },
  header() {
    class Pages {
      me(req: Asked) {
        return { user: req.headers.cookie ? 'u-000001' : null }
      }
    }
    route(Pages, 'me', [nest.Req()])
    return serve([], Pages)
  },
  ...latchkeyServers(withSessions),
}

async function withSessions(name: StoreName): Promise<RequestListener> {
  const session = nestSession(nest, (await openSessions(name)).sessions)
  class Pages {
    me(own: Session<Payload>) {
      return { user: own.userId }
    }

    async login(own: Session<Payload>, req: Asked) {
      await signIn(own, userOf(req.url))
      return { user: own.userId }
    }
  }
  route(Pages, 'me', [session.param()])
  route(Pages, 'login', [session.param(), nest.Req()])
  return serve([session.module], Pages)
}

// Type stripping leaves no decorators: they are called as the functions that they are.
function route({ prototype }: nest.Type, name: string, parameters: readonly ParameterDecorator[]): void {
  for (const [at, decorate] of parameters.entries()) decorate(prototype, name, at)
  nest.Get(name)(prototype, name, Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor)
}

async function serve(imports: object[], controller: nest.Type): Promise<RequestListener> {
  class Root {}
  nest.Controller()(controller)
  nest.Module({ imports: imports as nest.DynamicModule[], controllers: [controller] })(Root)
  const app = await NestFactory.create(Root, { logger: false })
  await app.init()
  return app.getHttpAdapter().getInstance()
}
