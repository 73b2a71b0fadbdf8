// Imports what it is told in a process of its own, and prints how long that took and what it brought; see measure.ts.
import { statSync } from 'node:fs'
import { registerHooks } from 'node:module'

interface Asked {
  /** Of Node's own, loaded before. */
  readonly builtins: readonly string[]
  /** Imported before, as the application has it already. */
  readonly before: readonly string[]
  readonly imported: readonly string[]
  /** Whether to look at which files are read, which takes time itself. */
  readonly isLooking: boolean
}

const { builtins, before, imported, isLooking }: Asked = JSON.parse(process.argv[2] ?? '')
for (const name of builtins) process.getBuiltinModule(name)
for (const name of before) await import(name)
const known = new Set(loaded())
const files = new Set<string>()
if (isLooking) {
  registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:')) files.add(url)
      return next(url, context)
    },
  })
}
const start = performance.now()
for (const name of imported) await import(name)
const took = performance.now() - start
const bytes = [...files].reduce((sum, url) => sum + statSync(new URL(url)).size, 0)
const brought = loaded().filter((name) => !known.has(name))
console.log(JSON.stringify({ took, bytes, files: files.size, builtins: brought }))

function loaded(): string[] {
  const { moduleLoadList } = process as unknown as { moduleLoadList: string[] }
  return moduleLoadList.flatMap((line) => /^NativeModule ((?!internal\/)\S+)$/.exec(line)?.[1] ?? [])
}
