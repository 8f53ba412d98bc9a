import { client } from './scripts/vite/client'

export default client()
