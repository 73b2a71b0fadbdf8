import type { Property } from './asked/target-schema.ts'
import type { Grants } from './grants.ts'
import type { Tool } from './tool.ts'

const ERROR: Property = {
  type: 'object',
  properties: {
    code: { type: 'string', description: 'Stable.' },
    message: { type: 'string' },
    whatToDo: { type: 'string' },
  },
  required: ['code', 'message', 'whatToDo'],
}

/** The answer to `tools/list`: made once, as nothing in it changes while the server runs. */
export function listOf(tools: readonly Tool[], grants: Grants) {
  return {
    tools: tools.map(({ name, title, description, annotations, inputSchema, output }) => ({
      name,
      title,
      description,
      annotations: { title, ...annotations },
      inputSchema: inputSchema(grants),
      outputSchema: {
        // By which a client that checks results knows the schema again, and compiles it once.
        $id: `urn:latchkey-audit:${name}`,
        type: output.type,
        properties: { ...output.properties, error: ERROR },
        anyOf: [{ required: output.required ?? [] }, { required: ['error'] }],
      },
    })),
  }
}
