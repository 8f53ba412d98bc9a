import { client } from './scripts/vite/client.ts'

export default client()
