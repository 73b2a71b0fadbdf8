// Latchkey with NestJS 12. `npm run frameworks -- nest` puts the package in and builds; then: npm start
import 'reflect-metadata'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { demoPassword } from './accounts.ts'
import { PagesController } from './pages.controller.ts'
import { session } from './session.ts'

@Module({ imports: [session.module], controllers: [PagesController] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] })
await app.listen(Number(process.env.PORT ?? 3001), process.env.HOST ?? '127.0.0.1')
console.log(`${await app.getUrl()} (sign in as alice, password: ${demoPassword})`)
