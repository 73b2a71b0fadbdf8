import { table } from '../../test/check-table.ts'
import { gathered } from '../../test/sample-evidence.ts'
import { visitorOf } from '../../test/visitor-evidence.ts'
import type { VisitorEvidence } from '../evidence/evidence.ts'
import { loginForm } from './login-form.ts'

const login = (changes: Partial<NonNullable<VisitorEvidence['login']>>) => ({
  visitor: gathered({ ...visitorOf(), login: { ...form, ...changes } }),
})
const form = {
  page: 'https://app.example.com/login',
  action: 'https://app.example.com/login',
  method: 'POST',
  otherOrigin: false,
  exchange: 3,
}

table(loginForm, [
  { when: 'it posts to its own host', evidence: login({}), says: 'pass' },
  { when: 'it is sent by GET', evidence: login({ method: 'GET' }), says: 'fail', severity: 'high' },
  {
    when: 'it leads to another host',
    evidence: login({ otherOrigin: true, action: 'https://id.example.net/in' }),
    says: 'fail',
    severity: 'info',
    about: /id\.example\.net/,
  },
  { when: 'there is no form', evidence: { visitor: gathered(visitorOf()) }, says: 'skipped' },
])
