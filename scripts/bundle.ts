import { resolve } from 'node:path'
import { type Plugin, type RolldownOutput, rolldown } from 'rolldown'

/**
 * Puts the files of each entry together: `import 'latchkey'` then reads three files in place of ninety, which is most of
 * what an import takes (npm run bench -- import). Names stay as they are written, so that a stack trace can be read.
 * @param folder where `entries` are, and what their names in `out` are relative to
 * @param core the entries whose files most others need as well: these make one file, which all share
 */
export async function bundle(
  folder: string,
  entries: readonly string[],
  core: readonly string[],
  out: string,
) {
  const named = (files: readonly string[]) =>
    Object.fromEntries(files.map((file) => [file.replace(/\.ts$/, ''), resolve(folder, file)]))
  const graphs = await Promise.all(
    core.map(async (entry) => modulesOf(await (await opened(named([entry]))).generate({ format: 'esm' }))),
  )
  const own = new Set(Object.values(named(entries)))
  const uses = Map.groupBy(graphs.flat(), (id) => id)
  const shared = new Set([...(graphs[0] ?? []), ...several(uses)].filter((id) => !own.has(id)))
  const whole = await opened(named(entries))
  await whole.write({
    dir: out,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'shared/[name].js',
    comments: false,
    codeSplitting: { groups: [{ name: 'core', test: (id) => shared.has(id) }] },
  })
}

/** A file more to read costs as much as some kilobytes that are not needed. */
const manyUses = 4

const opened = (input: Record<string, string>) =>
  rolldown({ input, platform: 'node', external: /^[^./]/, plugins: [builtins] })

/** What enough of them use. */
function several(uses: ReadonlyMap<string, readonly string[]>): string[] {
  return [...uses].flatMap(([id, { length }]) => (length >= manyUses ? [id] : []))
}

function modulesOf({ output }: RolldownOutput): string[] {
  return output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))
}

// An ES import of `node:crypto` makes every one of its exports, WebCrypto among them, which takes longer than all of our own
// code does; asked for by name, the module is there already.
const builtins: Plugin = {
  name: 'builtins',
  renderChunk: (code) =>
    code.replace(/^import (\w+|\{[^}]*\}) from "(node:[\w/]+)";$/gm, (_, names: string, module: string) => {
      const taken = names.replaceAll(' as ', ': ')
      return `const ${taken} = process.getBuiltinModule(${JSON.stringify(module)});`
    }),
}
