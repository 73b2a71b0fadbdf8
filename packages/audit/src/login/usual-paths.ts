/** Usual paths below the folder that the audit started in, where an application may live, and at the root. */
export function below(paths: readonly string[], start: URL): URL[] {
  const roots = new Set([new URL('.', start).href, new URL('/', start).href])
  return [...roots].flatMap((root) => paths.map((path) => new URL(`.${path}`, root)))
}
