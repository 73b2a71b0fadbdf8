import { testFaults } from './fault-tests.ts'

const stores = ['PostgreSQL', 'PostgreSQL, near cache', 'MariaDB', 'SQLite']

testFaults('faults of databases', ({ store }) => stores.includes(store), 1)
