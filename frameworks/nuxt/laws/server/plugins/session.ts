import { current } from '../current'

// One law after another has sessions of its own: each is put around what Nitro does without any.
export default defineNitroPlugin((nitro) => {
  const { handler } = nitro.h3App
  nitro.h3App.handler = (event) => {
    const own = { h3App: { handler } }
    current().plugin(own)
    return own.h3App.handler(event)
  }
})
