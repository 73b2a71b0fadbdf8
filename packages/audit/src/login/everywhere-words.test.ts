import assert from 'node:assert/strict'
import { test } from 'node:test'
import { saysSignOutEverywhere } from './words.ts'

const SAYS = [
  'Sign out everywhere',
  'Log out of all devices',
  'Log out other sessions',
  'Revoke all sessions',
  'End all other sessions',
  'Auf allen Geräten abmelden',
  'Überall abmelden',
  'Alle Sitzungen beenden',
  'Se déconnecter partout',
  'Cerrar sesión en todos los dispositivos',
  'Cerrar todas las sesiones',
  'Выйти на всех устройствах',
  'すべてのデバイスからログアウト',
]
const DOES_NOT = [
  'Sign out',
  'End session',
  'Revoke all keys',
  'Close all',
  'Delete all sessions',
  'Sessions',
]

for (const text of SAYS) test(`says it: ${text}`, () => assert.ok(saysSignOutEverywhere(text)))
for (const text of DOES_NOT) test(`does not: ${text}`, () => assert.ok(!saysSignOutEverywhere(text)))
