import { defineConfig } from '@hey-api/openapi-ts'

// The client in src/api is written from the server's own description; tests/api/test_client_fresh.py says when it is stale.
export default defineConfig({
  input: './openapi.json',
  output: { path: './src/api', clean: true },
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk', '@tanstack/react-query'],
})
