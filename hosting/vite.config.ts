import { fileURLToPath } from 'node:url'

import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: {
    alias: {
      '@': fileURLToPath(new URL('./src', import.meta.url)),
      // The table of laws is data that the server and the app both show: there is one of it.
      '@laws': fileURLToPath(
        new URL('../functions/kindred/pricing/jurisdictions.json', import.meta.url),
      ),
    },
  },
  server: { fs: { allow: ['.', '../functions/kindred/pricing/jurisdictions.json'] } },
  // Read by the bundle budget test, which follows imports from the sign-in page.
  build: { manifest: true, target: 'es2023' },
  worker: { format: 'es' },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test-setup.ts'],
    restoreMocks: true,
    mockReset: true,
    // For what hangs. A busy machine takes its time, and that is no fault.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
