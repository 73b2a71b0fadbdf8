import type { Field } from '../../network/pages/form.ts'
import type { Visit } from '../../network/pages/navigate.ts'
import type { AuditOptions } from '../../options/options.ts'
import type { LoginForm } from './find-form.ts'

const CAPTCHAS: readonly (readonly [RegExp, string])[] = [
  [/g-recaptcha|google\.com\/recaptcha|recaptcha\.net/i, 'reCAPTCHA'],
  [/h-?captcha(?:\.com)?["'\s]/i, 'hCaptcha'],
  [/cf-turnstile|challenges\.cloudflare\.com/i, 'Turnstile'],
  [/captcha/i, 'a captcha'],
]
const MOST_CHOICES = 5

/** What a person would have to do on a login page that this auditor cannot, or has to be told. */
export function hintsOf(
  { final }: Pick<Visit, 'final'>,
  { form, username, password }: LoginForm,
  { fields = {} }: AuditOptions,
): string[] {
  const captcha = CAPTCHAS.find(([pattern]) => pattern.test(final.body))
  const empty = form.fields.filter((field) => field !== username && field !== password && isLeftEmpty(field))
  return [
    ...(captcha
      ? [
          `its page has ${captcha[1]}, which only a person can solve: turn it off for this account, or give the session of a browser with --cookie`,
        ]
      : []),
    ...empty.filter(({ name }) => !Object.hasOwn(fields, name)).map(howToFill),
  ]
}

/** A list whose choice is a prompt, or a text that the user is to type. */
function isLeftEmpty({ name, type, value, choices, disabled, isUnseen }: Field): boolean {
  if (name === '' || disabled || isUnseen || value !== '') return false
  return choices.length > 1 || /^(?:text|tel|number|url)$/.test(type)
}

function howToFill({ name, choices }: Field): string {
  const named = choices.flatMap(({ value, text }) => (value === '' ? [] : [text]))
  const some = named.length > 0 ? ` (${named.slice(0, MOST_CHOICES).join(', ')})` : ''
  return `its field "${name}"${some} was left empty: fill it with --field ${name}=VALUE`
}
