import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The console for people, built into `dist/console` and served under `/console`. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    // Browsers that know light-dark(), so that it stays what it is.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // Data URLs in style sheets are not what the policy of the page allows for fonts.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_500,
    manifest: true,
  },
  // While working on it: `npx vite console` beside a running server.
  server: { proxy: { '^/(admin|v2|v1.1|coupon)/': 'http://127.0.0.1:8080' } },
})
