import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { bundled } from './scripts/bundled.ts';
import { precompress } from './scripts/precompress.ts';
import { serviceWorker } from './scripts/service-worker.ts';
import { visitorPage } from './scripts/visitor-page.ts';
import { woff2Only } from './scripts/woff2.ts';

/** The server that `make run` starts. Host is passed on as it is: it is compared with the page's address. */
const BACKEND = { target: `http://127.0.0.1:${process.env.LOCRIT_PORT ?? 5000}`, changeOrigin: false, ws: true };

export default defineConfig({
  plugins: [bundled(), react(), tailwindcss(), woff2Only(), serviceWorker(), visitorPage(), precompress()],
  server: {
    port: 5173,
    proxy: {
      '/api': BACKEND,
      '/health': BACKEND,
      '/public': BACKEND,
      '/socket.io': BACKEND,
    },
  },
  // Only the page itself says where it is: what it loads finds the rest beside itself, below whatever path.
  experimental: { renderBuiltUrl: (_name, { hostType }) => (hostType === 'html' ? undefined : { relative: true }) },
  // Nothing is inlined: the content security policy lets no font come from a data: address.
  build: {
    manifest: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // What changes rarely keeps its name, and stays in the browser's cache, when the application changes.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|react-router|scheduler)\//, priority: 1 },
            { name: 'engine', test: /node_modules\/(dexie|socket\.io|engine\.io|openapi-fetch|uuid)/, priority: 1 },
            { name: 'first', tags: ['$initial'] },
          ],
        },
      },
    },
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'core',
          include: ['src/core/**/*.test.ts', 'tests/*.test.ts'],
          environment: 'node',
          setupFiles: ['tests/core.setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'ui',
          include: ['src/ui/**/*.test.{ts,tsx}'],
          environment: 'jsdom',
          setupFiles: ['tests/ui.setup.ts'],
        },
      },
    ],
    // So long that only what hangs reaches them: a machine that does other work at the same time is slow, not wrong.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    passWithNoTests: true,
    maxWorkers: '100%', // by default one core is left to itself, which is half of two
  },
});
