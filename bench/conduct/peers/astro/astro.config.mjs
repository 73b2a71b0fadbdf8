import node from '@astrojs/node'
import { defineConfig, sessionDrivers } from 'astro/config'

export default defineConfig({
  output: 'server',
  adapter: node({ mode: 'middleware' }),
  session: { driver: sessionDrivers.memory(), cookie: { secure: false } },
})
