import { z } from 'zod'

/** Text of a form that may be left out. */
export const text = (most: number) => z.string().max(most, 'This is too long.').default('')
