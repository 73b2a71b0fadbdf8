import { index, route } from '@react-router/dev/routes'

export default [index('any.js', { id: 'home' }), route('*', 'any.js')]
