import { after, describe } from 'node:test'
import { stopDatabases } from './databases.ts'
import { testFaults } from './fault-tests.ts'

const stores = ['PostgreSQL', 'MariaDB', 'SQLite']

// Beside each other, but one after the other on each server.
describe('faults of databases', { concurrency: stores.length }, () => {
  after(stopDatabases)
  for (const name of stores) testFaults(name, ({ store }) => store.startsWith(name), 1)
})
