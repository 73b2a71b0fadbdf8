/** Options of the command whose argument here has another name than theirs in camel case. */
const NAMES: Readonly<Record<string, string>> = {
  'login-origin': 'loginOrigins',
  stream: 'streams',
  'puzzle-request': 'puzzleRequests',
  field: 'fields',
  header: 'headers',
  'action-set': 'action.change',
  'action-undo': 'action.undo',
  'action-read': 'action.readUrl',
  'action-find': 'action.find',
  'action-form': 'action.formUrl',
  'action-format': 'action.format',
  insecure: 'the server’s --insecure',
}

/** The auditor's messages name options of the command; here they are arguments of a tool. */
export function inArguments(message: string): string {
  return message.replace(/(^|[\s("'`])--([a-z]+(?:-[a-z]+)*)/g, (_, before: string, option: string) => {
    const camel = option.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
    return `${before}${NAMES[option] ?? camel}`
  })
}
