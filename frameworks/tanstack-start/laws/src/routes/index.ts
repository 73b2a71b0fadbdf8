import { createFileRoute } from '@tanstack/react-router'
import { ANY } from '../any'

export const Route = createFileRoute('/')({ server: { handlers: { ANY } } })
