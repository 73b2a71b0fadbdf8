import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { Hono } from 'hono'

interface Asset {
  readonly text: string
  readonly type: string
  readonly version: string
}

const folder = new URL('./assets/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
const styleSheets = readdirSync(folder)
  .filter((name) => name.endsWith('.css'))
  .sort()

const assets = new Map<string, Asset>()
add('logo.svg', read('logo.svg'), 'image/svg+xml')
add('progress.js', read('progress.js'), 'text/javascript; charset=utf-8')
add('console.css', styleSheets.map(read).join('\n'), 'text/css; charset=utf-8')

function add(name: string, text: string, type: string): void {
  const version = createHash('sha256').update(text).digest('base64url').slice(0, 10)
  assets.set(name, { text, type, version })
}

/** The address of an asset; it changes with the content, so browsers may keep it for ever. */
export function assetUrl(name: string): string {
  const asset = assets.get(name)
  if (!asset) throw new Error(`There is no asset ${name}.`)
  return `/assets/${name}?v=${asset.version}`
}

/** @param reportCss the auditor's style sheet for report fragments, served as report.css */
export function assetRoutes(reportCss: string): Hono {
  add('report.css', reportCss, 'text/css; charset=utf-8')
  return new Hono().get('/assets/:name', (c) => {
    const asset = assets.get(c.req.param('name'))
    if (!asset) return c.notFound()
    const lasting = c.req.query('v') === asset.version
    return c.body(asset.text, 200, {
      'content-type': asset.type,
      'cache-control': lasting ? 'public, max-age=31536000, immutable' : 'no-cache',
    })
  })
}
