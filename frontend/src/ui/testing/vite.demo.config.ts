import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The interface over the demo client, which is in no production bundle. */
export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    { name: 'demo', transformIndexHtml: (html) => html.replace('/src/main.tsx', '/src/ui/testing/demo.tsx') },
  ],
  server: { port: 5199, strictPort: true, host: '127.0.0.1' },
});
