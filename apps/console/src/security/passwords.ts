/** NIST SP 800-63B-4, section 3.1.1.2: at least 15 characters where a password is the only factor, at most 64 or more. */
export const minPasswordLength = 15
export const maxPasswordLength = 256

// What guessing programs try first. A long password made of nothing else is no longer than its parts.
const commonParts = [
  ...['password', 'passwort', 'passw0rd', 'letmein', 'welcome', 'admin', 'login', 'secret', 'iloveyou'],
  ...['qwertyuiop', 'qwerty', 'azerty', 'asdfghjkl', 'asdf', 'zxcvbnm', '1q2w3e4r', '1qaz2wsx', 'abcdefghij'],
  ...['abc', 'monkey', 'dragon', 'football', 'baseball', 'sunshine', 'princess', 'master', 'superman'],
  ...['1234567890', '0123456789', '12345', '1234', '123', '987654321', '4321', '321', '2024', '2025', '2026'],
  ...['trustno1', 'whatever', 'changeme', 'latchkey', 'correcthorsebatterystaple', 'test', 'user'],
]

/** What is wrong with a new password, in words for its user; null when nothing is. No composition rules. */
export function passwordProblem(password: string, userName: string): string | null {
  const length = [...password.normalize('NFC')].length
  if (length < minPasswordLength)
    return `Use at least ${minPasswordLength} characters. Several words do well.`
  if (length > maxPasswordLength) return `Use at most ${maxPasswordLength} characters.`
  if (isCommon(password.toLowerCase(), userName.toLowerCase())) {
    return 'This password is among the first that would be guessed. Choose another.'
  }
  return null
}

function isCommon(password: string, userName: string): boolean {
  if (new Set(password).size < 5) return true
  const parts = [...commonParts, userName].map(bare).filter((part) => part.length > 2)
  let rest = bare(password)
  for (const part of parts.sort((a, b) => b.length - a.length)) rest = rest.replaceAll(part, '')
  return rest.length < 6
}

const bare = (text: string): string => text.replace(/[\s._-]/g, '')
