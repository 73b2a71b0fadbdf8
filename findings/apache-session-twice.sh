#!/usr/bin/env bash
# Where its cookie comes twice with two values, Apache's mod_session_cookie reads neither, and writes an empty session.
# Runs the system's apache2 on a free port of loopback.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
program=$(command -v apache2 || command -v httpd)
modules=${APACHE_MODULES:-/usr/lib/apache2/modules}
mkdir pages
echo page >pages/index.html

cat >finding.mjs <<'END'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'

const [program, modules] = process.argv.slice(2)
const folder = process.cwd()
const probe = createServer().listen(0, '127.0.0.1')
await once(probe, 'listening')
const { port } = probe.address()
probe.close()

const names = ['mpm_event', 'authz_core', 'headers', 'session', 'session_cookie']
writeFileSync(
  'httpd.conf',
  `${names.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`).join('\n')}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
ErrorLog ${folder}/errors
${process.getuid() === 0 ? 'User nobody\nGroup nogroup' : ''}
DocumentRoot ${folder}/pages
Session On
SessionEnv On
SessionMaxAge 3600
SessionCookieName session path=/;httponly
Header set Read "%{HTTP_SESSION}e"
`,
)
const apache = spawn(program, ['-d', folder, '-f', `${folder}/httpd.conf`, '-D', 'FOREGROUND'], { stdio: 'inherit' })
const site = `http://127.0.0.1:${port}/index.html`

/** What the server reads of these cookies, and what it leaves in the browser; the time of expiry is left out. */
async function ask(cookie) {
  const { headers } = await fetch(site, { headers: { cookie } })
  const plain = (text) => text?.replace(/&?expiry=\d+/, '')
  return { read: plain(headers.get('read')), left: plain(headers.getSetCookie()[0]?.split(';')[0]) }
}

try {
  for (let left = 100; !(await fetch(site).catch(() => undefined)) && left > 0; left--) await setTimeout(100)
  const seen = {
    once: await ask('session=user=alice'),
    twiceTheSame: await ask('session=user=alice; session=user=alice'),
    twoValues: await ask('session=user=alice&cart=7; session=user=alice'),
  }
  const kept = { read: 'user=alice', left: 'session=user=alice' }
  const expected = { once: kept, twiceTheSame: kept, twoValues: { read: '', left: 'session=' } }
  console.log('A browser sends one name twice where an older cookie has another path or domain. What Apache reads, and leaves:')
  console.log(seen)
  console.log(readFileSync('errors', 'utf8').match(/ap_cookie: .*?once/)?.[0])
  console.log('One would expect the first or the last. Apache reads neither, and its answer puts an empty session in the place')
  console.log('of the newer cookie: the user is signed out for good, though both cookies were right.')
  if (!isDeepStrictEqual(seen, expected)) {
    console.error('This has changed. Before it was:', expected)
    process.exitCode = 1
  }
} finally {
  apache.kill()
  await once(apache, 'exit')
}
END
"$program" -v | head -n 1
node finding.mjs "$program" "$modules"
