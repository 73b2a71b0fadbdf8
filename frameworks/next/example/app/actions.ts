'use server'

import { redirect } from 'next/navigation'
import { authenticate } from '../lib/accounts'
import { session } from '../lib/session'

export async function signIn(form: FormData): Promise<void> {
  const userId = await authenticate(String(form.get('username')), String(form.get('password')))
  if (!userId) redirect('/login?wrong=1')
  const mine = await session()
  await mine.login(userId)
  redirect('/account')
}

export async function keepNote(form: FormData): Promise<void> {
  const mine = await session()
  mine.requireUser()
  await mine.set('note', String(form.get('note') ?? ''))
  redirect('/account')
}

export async function becomeAdmin(): Promise<void> {
  const mine = await session()
  mine.requireUser()
  await mine.set('role', 'admin')
  await mine.regenerate()
  redirect('/account')
}

export async function signOut(): Promise<void> {
  const mine = await session()
  await mine.logout()
  redirect('/')
}
