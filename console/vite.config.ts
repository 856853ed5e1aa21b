import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where a centre answers while the console is worked on: `npx vite` in this folder shows changes at once. */
const centre = 'http://localhost:8080';

// biome-ignore lint/style/noDefaultExport: Vite reads its configuration from it
export default defineConfig({
  base: '/console/',
  plugins: [react()],
  // What the pure code of ../src holds itself to (terms/words.ts).
  resolve: { alias: { 'node:assert/strict': join(import.meta.dirname, 'src/client/assert.ts') } },
  // The centre puts the nonce of the answer in its place (src/site/console.ts).
  html: { cspNonce: 'NONCE-OF-THIS-ANSWER' },
  build: {
    target: 'es2022',
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // ECharts is one part by itself; how much the first page may load is test/console.test.ts's to say.
    chunkSizeWarningLimit: 1200,
  },
  server: {
    proxy: {
      '/api': { target: centre, changeOrigin: true, headers: { origin: centre } },
      '/site': { target: centre, changeOrigin: true },
    },
  },
});
