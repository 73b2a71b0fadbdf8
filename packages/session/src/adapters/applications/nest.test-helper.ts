import 'reflect-metadata'
import type { ServerResponse } from 'node:http'
import * as nest from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { Session } from 'latchkey'
import { publicHeaders, type ServedAdapter } from 'latchkey/testing'
import type { nestSession } from '../nest.ts'
import { type Served, theme } from './served.test-helper.ts'

// Sources here run by stripping their types, which leaves no decorators: they are called as the functions that they are.

/** A platform's answer, in what both have. */
export interface Answer {
  header(name: string, value: string): unknown
  readonly raw?: ServerResponse
  hijack?(): unknown
}

export type Platform = 'express' | 'fastify'

/** One method of a controller: its decorators, and those of its parameters in their order. */
export function decorated(
  controller: nest.Type,
  name: string,
  decorators: readonly MethodDecorator[],
  parameters: readonly ParameterDecorator[],
): void {
  const { prototype } = controller
  for (const [at, decorate] of parameters.entries()) decorate(prototype, name, at)
  for (const decorate of decorators)
    decorate(prototype, name, Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor)
}

/** Serves controllers on one of Nest's platforms. */
export async function serveNest(
  platform: Platform,
  imports: object[],
  controllers: nest.Type[],
): Promise<ServedAdapter & { readonly app: nest.INestApplication }> {
  class Root {}
  nest.Module({ imports: imports as nest.DynamicModule[], controllers })(Root)
  const settings = { logger: false } as const
  const app = await (platform === 'express'
    ? NestFactory.create(Root, new ExpressAdapter(), settings)
    : NestFactory.create(Root, new FastifyAdapter(), settings))
  await app.listen(0, '127.0.0.1')
  const { port } = app.getHttpServer().address()
  return { app, url: `http://127.0.0.1:${port}`, close: () => app.close() }
}

/** The application of the adapter laws on one of Nest's platforms. */
export function nestApplication(
  adapter: typeof nestSession,
  platform: Platform,
  ...[sessions, handler, options]: Served
): Promise<ServedAdapter> {
  const session = adapter(nest, sessions, options)
  class Pages {
    async early(own: Session, req: { readonly url: string }, res: Answer): Promise<void> {
      const raw = res.raw ?? (res as unknown as ServerResponse)
      res.hijack?.()
      raw.setHeader('set-cookie', theme)
      raw.write('.')
      raw.end(await handler(own, pathOf(req)).catch(({ code }) => code))
    }

    async public(own: Session, req: { readonly url: string }, res: Answer): Promise<string> {
      const body = await handler(own, pathOf(req))
      for (const [name, value] of Object.entries(publicHeaders)) res.header(name, value)
      res.header('set-cookie', theme)
      return body
    }

    async other(own: Session, req: { readonly url: string }, res: Answer): Promise<string> {
      res.header('set-cookie', theme)
      return handler(own, pathOf(req))
    }
  }
  const passing = [session.param(), nest.Req(), nest.Res({ passthrough: true })]
  const ok = nest.HttpCode(200)
  decorated(Pages, 'early', [nest.All('early/*')], [session.param(), nest.Req(), nest.Res()])
  decorated(Pages, 'public', [nest.All(['public', 'public/*']), ok], passing)
  decorated(Pages, 'other', [nest.All(['/', '*']), ok], passing)
  nest.Controller()(Pages)
  return serveNest(platform, [session.module], [Pages])
}

const pathOf = ({ url }: { readonly url: string }) => url.split('?')[0] ?? ''
