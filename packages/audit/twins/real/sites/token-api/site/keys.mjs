import { generateKeyPairSync } from 'node:crypto'

export const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const privatePem = privateKey.export({ format: 'pem', type: 'pkcs8' })
