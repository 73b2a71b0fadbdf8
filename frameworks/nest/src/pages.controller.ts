import { Body, Controller, Get, Post, Redirect, Res, UseGuards } from '@nestjs/common'
import type { Session } from 'latchkey'
import { authenticate } from './accounts.ts'
import { accountPage, homePage, loginPage } from './pages.ts'
import { type Data, session } from './session.ts'

interface Answer {
  status(code: number): Answer
  redirect(code: number, location: string): void
  send(body: string): void
}

@Controller()
export class PagesController {
  @Get()
  home(@session.param() own: Session<Data>) {
    return homePage(own.userId)
  }

  @Get('login')
  login() {
    return loginPage()
  }

  @Post('login')
  async signIn(
    @session.param() own: Session<Data>,
    @Body('username') username: string,
    @Body('password') password: string,
    @Res() res: Answer,
  ) {
    const userId = await authenticate(String(username), String(password))
    if (!userId) return res.status(401).send(loginPage('Wrong user name or password.'))
    await own.login(userId)
    res.redirect(303, '/account')
  }

  @UseGuards(session.signedIn)
  @Get('account')
  account(@session.param() own: Session<Data>) {
    return accountPage(own)
  }

  @UseGuards(session.signedIn)
  @Redirect('/account', 303)
  @Post('note')
  async note(@session.param() own: Session<Data>, @Body('note') note: string) {
    await own.set('note', String(note ?? ''))
  }

  @UseGuards(session.signedIn)
  @Redirect('/account', 303)
  @Post('become-admin')
  async becomeAdmin(@session.param() own: Session<Data>) {
    await own.set('role', 'admin')
    await own.regenerate() // other privileges, another token
  }

  @Redirect('/', 303)
  @Post('logout')
  async logout(@session.param() own: Session<Data>) {
    await own.logout()
  }
}
