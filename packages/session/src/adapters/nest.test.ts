import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import * as nest from '@nestjs/common'
import { createSessions } from '../create-sessions.ts'
import { isSessionError } from '../errors.ts'
import type { Session } from '../session.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { adapterLaws } from '../testing/index.ts'
import {
  type Answer,
  decorated,
  nestApplication,
  type Platform,
  serveNest,
} from './applications/nest.test-helper.ts'
import { nestSession } from './nest.ts'

const platforms: readonly Platform[] = ['express', 'fastify']

for (const platform of platforms) {
  const laws = adapterLaws({ serve: (...served) => nestApplication(nestSession, platform, ...served) })
  for (const law of laws) test(`${platform}: ${law.name}`, law.run)
}

type Act = (own: Session, res: Answer) => unknown

/** Each path has what it does, and the guards before it. */
async function served(
  t: TestContext,
  platform: Platform,
  acts: Readonly<Record<string, Act | readonly [Act, ...unknown[]]>>,
  filter?: nest.ExceptionFilter,
) {
  class Pages {}
  for (const [path, given] of Object.entries(acts)) {
    const [act, ...guards] = typeof given === 'function' ? [given] : given
    Object.defineProperty(Pages.prototype, path, { value: act, configurable: true, writable: true })
    const decorators = [nest.Post(path), nest.UseGuards(...(guards as nest.CanActivate[]))]
    decorated(Pages, path, decorators, [session.param(), nest.Res({ passthrough: true })])
  }
  nest.Controller()(Pages)
  if (filter) nest.UseFilters(filter)(Pages)
  const { url, close } = await serveNest(platform, [session.module], [Pages])
  t.after(close)
  return (path: string, cookie = '') =>
    fetch(`${url}/${path}`, { method: 'POST', redirect: 'manual', headers: { cookie } })
}

const session = nestSession(nest, createSessions({ store: memoryStore(), sweepInterval: false }))

const namesIn = (answer: Response) => answer.headers.getSetCookie().map((line) => line.split('=')[0])
const cookieIn = (answer: Response) => answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''

for (const platform of platforms) {
  test(`${platform}: a sign-in keeps its cookie in files, redirects, and where an exception follows`, async (t) => {
    const login = (act: Act): Act => {
      return async (own, res) => {
        await own.login('alice')
        return act(own, res)
      }
    }
    const post = await served(t, platform, {
      file: login(() => new nest.StreamableFile(createReadStream(import.meta.filename))),
      json: login(() => ({ user: 'alice' })),
      theirs: login((_own, res) => void res.header('set-cookie', 'theirs=1')),
      teapot: login(() => Promise.reject(new nest.HttpException('short and stout', 418))),
      crash: login(() => Promise.reject(new Error('after the sign-in'))),
      ours: login((own) => own.requirePrivilege('admin')),
    })
    const statuses: number[] = []
    for (const path of ['file', 'json', 'theirs', 'teapot', 'crash', 'ours']) {
      const answer = await post(path)
      statuses.push(answer.status)
      assert.deepEqual(
        namesIn(answer),
        path === 'theirs' ? ['theirs', '__Host-session'] : ['__Host-session'],
        path,
      )
      assert.equal(answer.headers.get('cache-control'), 'no-store', path)
    }
    assert.deepEqual(statuses, [201, 201, 201, 418, 500, 403])
    assert.deepEqual(await (await post('teapot')).json(), { statusCode: 418, message: 'short and stout' })
  })

  test(`${platform}: an error after the answer has begun cuts it off`, async (t) => {
    const post = await served(t, platform, {
      late(own, res) {
        const raw = res.raw ?? (res as unknown as ServerResponse)
        raw.write('a part')
        own.requireUser()
      },
    })
    await assert.rejects(async () => (await post('late')).text())
  })

  test(`${platform}: guards let in who is signed in, fresh, or privileged`, async (t) => {
    const ok = (): Act => () => 'in'
    const post = await served(t, platform, {
      login: (own) => own.login('alice').then(() => 'in'),
      elevate: (own) => own.elevate('admin', { for: '15m' }).then(() => 'in'),
      users: [ok(), session.signedIn],
      admins: [ok(), session.signedIn, session.privilege('admin')],
      now: [ok(), session.fresh('1s')],
      soon: [ok(), session.fresh('10m')],
    })
    const statuses = async (cookie: string) => {
      const answers = ['users', 'admins', 'now', 'soon'].map((path) => post(path, cookie))
      return (await Promise.all(answers)).map(({ status }) => status)
    }
    assert.deepEqual(await statuses(''), [401, 401, 401, 401])
    const user = cookieIn(await post('login'))
    assert.deepEqual((await statuses(user)).slice(0, 2), [201, 403])
    assert.equal((await post('soon', user)).status, 201)
    const admin = cookieIn(await post('elevate', user))
    assert.deepEqual((await statuses(admin)).slice(0, 2), [201, 201])
    assert.match((await post('admins', '')).headers.get('cache-control') ?? '', /no-store/)
  })

  test(`${platform}: without the module, what uses a session says which line to write`, async (t) => {
    const told: string[] = []
    class Hearing {
      catch({ message }: Error, host: nest.ArgumentsHost): void {
        told.push(message)
        host.switchToHttp().getResponse().status(500).send('told')
      }
    }
    nest.Catch()(Hearing)
    const hear = { module: class Hears {}, providers: [{ provide: 'APP_FILTER', useValue: new Hearing() }] }
    class Plain {
      page(own: Session): string {
        return own.userId ?? ''
      }
    }
    decorated(Plain, 'page', [nest.Post('page')], [session.param()])
    nest.Controller()(Plain)
    const { url, close } = await serveNest(platform, [hear], [Plain])
    t.after(close)
    assert.equal((await fetch(`${url}/page`, { method: 'POST' })).status, 500)
    assert.match(told[0] ?? '', /imports: \[session\.module\]/)
  })

  test(`${platform}: a filter that catches everything hands session errors on`, async (t) => {
    class Everything {
      catch(error: unknown, host: nest.ArgumentsHost): void {
        if (isSessionError(error)) session.filter.catch(error, host)
        else host.switchToHttp().getResponse().status(418).send('mine')
      }
    }
    nest.Catch()(Everything)
    const acts = {
      ours: (own: Session) => own.requireUser(),
      theirs: () => Promise.reject(new Error('a fault of the application')),
    }
    const post = await served(t, platform, acts, new Everything())
    assert.equal((await post('ours')).headers.get('cache-control'), 'no-store')
    assert.deepEqual([(await post('ours')).status, (await post('theirs')).status], [401, 418])
  })
}
