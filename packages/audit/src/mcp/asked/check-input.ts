import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv'
import type { Grants } from '../grants.ts'
import { quoted } from '../quoted.ts'
import type { Tool } from '../tool.ts'
import { ToolError } from '../tool-error.ts'

/** Nothing is hidden: what is not allowed is refused later, with its reason. */
const EVERYTHING: Grants = {
  origins: [],
  loginOrigins: [''],
  secrets: [{ name: '', origin: null, where: '' }],
  changes: true,
  insecure: true,
  browser: true,
  reports: '',
  maxRequests: Number.MAX_SAFE_INTEGER,
  maxLogins: Number.MAX_SAFE_INTEGER,
  timeLimit: Number.MAX_SAFE_INTEGER,
}

/** Throws ToolError `usage` for arguments that have not the form of a tool's; repeats no value, which could be a secret. */
export type CheckInput = (tool: Tool, given: Readonly<Record<string, unknown>>) => void

export function createCheckInput(): CheckInput {
  const ajv = new AjvJsonSchemaValidator()
  const validators = new Map<string, ReturnType<typeof ajv.getValidator>>()
  return (tool, given) => {
    const schema = tool.inputSchema(EVERYTHING)
    const stray = Object.keys(given).find((name) => !Object.hasOwn(schema.properties, name))
    if (stray !== undefined) {
      throw new ToolError(
        'usage',
        `${tool.name} has no argument ${quoted(stray, 40)}; tools/list has them all`,
      )
    }
    const validate = validators.get(tool.name) ?? ajv.getValidator(structuredClone(schema))
    validators.set(tool.name, validate)
    const { valid, errorMessage } = validate(given)
    if (!valid) throw new ToolError('usage', quoted(errorMessage.replace(/\bdata(?:\/|\b)/g, ''), 300).trim())
  }
}
