import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const server = process.env.PARCOURS_SERVER ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [react()],
  // The server writes the real nonce into each answer (src/parcours/api/static.py).
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: '../src/parcours/static',
    emptyOutDir: true,
    sourcemap: false,
    // Nothing is inlined as data: so that the content policy can name files only.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '/api': server } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'] },
})
