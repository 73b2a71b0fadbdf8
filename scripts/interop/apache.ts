import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { host } from '../../servers/ports.ts'
import { startServer } from '../../servers/server.ts'
import type { Case } from './case.ts'

type Module = 'auth_openidc' | 'oauth2'

/** Both ask for the key set by https alone, and judge neither issuer nor audience unless a `Require` says so. */
const protection: Readonly<Record<Module, (jwks: string, given: Case) => string>> = {
  auth_openidc: (jwks, { issuer, audience }) => `
    OIDCOAuthVerifyJwksUri ${jwks}
    OIDCOAuthSSLValidateServer Off
    <Location "/">
      AuthType oauth20
      <RequireAll>
        Require claim iss:${issuer}
        Require claim aud:${audience}
      </RequireAll>
    </Location>`,
  oauth2: (jwks, { issuer, audience }) => `
    <Location "/">
      AuthType oauth2
      OAuth2TokenVerify jwks_uri ${jwks} jwks_uri.ssl_verify=false
      <RequireAll>
        Require oauth2_claim iss:${issuer}
        Require oauth2_claim aud:${audience}
      </RequireAll>
    </Location>`,
}

/** A real Apache in front of a file, asked with each token. */
export async function askApache(
  folder: string,
  given: Case,
  module: Module,
): Promise<Record<string, string>> {
  const [key, certificate] = [join(folder, 'tls.key'), join(folder, 'tls.pem')]
  const subject = ['-subj', '/CN=localhost', '-days', '2', '-nodes']
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', certificate, ...subject],
    {
      stdio: 'ignore',
    },
  )
  const tls = { key: readFileSync(key), cert: readFileSync(certificate) }
  const keys = createServer(tls, (_, response) => {
    response.setHeader('content-type', 'application/jwk-set+json').end(JSON.stringify(given.jwks))
  }).listen(0, host)
  await new Promise((resolve) => keys.once('listening', resolve))
  const jwks = `https://${host}:${(keys.address() as AddressInfo).port}/jwks`
  const apache = await startServer({
    name: 'apache2',
    program: '/usr/sbin/apache2',
    args: (place) => ['-D', 'FOREGROUND', '-f', join(place.folder, 'apache.conf')],
    prepare: async (place) => {
      // Its workers are another user, where it is started by root.
      chmodSync(place.folder, 0o755)
      mkdirSync(join(place.folder, 'www'))
      writeFileSync(join(place.folder, 'www', 'index.html'), 'in')
      const configuration = configurationOf(place.folder, place.port, module, protection[module](jwks, given))
      writeFileSync(join(place.folder, 'apache.conf'), configuration)
    },
    isReady: ({ port }) =>
      fetch(`http://${host}:${port}/`).then(
        ({ status }) => status === 401,
        () => false,
      ),
  })
  try {
    const answers: Record<string, string> = {}
    for (const [name, token] of Object.entries(given.tokens)) {
      const headers = { authorization: `Bearer ${token}` }
      const { status } = await fetch(`http://${host}:${apache.port}/index.html`, { headers })
      answers[name] = status === 200 ? given.subject : `no: ${status}`
    }
    return answers
  } finally {
    await apache.stop()
    keys.closeAllConnections()
    keys.close()
  }
}

function configurationOf(folder: string, port: number, module: Module, protected_: string): string {
  const modules = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'dir', module]
  return [
    'ServerName localhost',
    ...(process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : []),
    ...modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
    'KeepAlive Off',
    `Listen ${host}:${port}`,
    `PidFile ${join(folder, 'apache.pid')}`,
    `DefaultRuntimeDir ${folder}`,
    `ErrorLog ${join(folder, 'error.log')}`,
    `DocumentRoot ${join(folder, 'www')}`,
    protected_,
    '',
  ].join('\n')
}
