import { createRoot } from 'react-dom/client';
import type { Theme } from '../../core';
import { App } from '../App';
import { createPreferences } from '../preferences';
import { english } from '../text/text';
import { createDemoClient } from './demo-client';
import type { DemoState } from './demo-state';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/inter/wght-italic.css';
import '@fontsource-variable/source-serif-4/wght.css';
import '@fontsource-variable/source-serif-4/wght-italic.css';
import '@fontsource-variable/jetbrains-mono';
import '../styles.css';

/** For looking: `npx vite --config src/ui/testing/vite.demo.config.ts`, then `/?state=offline&theme=dark`. */
const asked = new URLSearchParams(location.search);
const client = createDemoClient((asked.get('state') ?? 'usual') as DemoState);
client.setTheme((asked.get('theme') ?? 'system') as Theme);

const root = document.getElementById('root');
if (root) createRoot(root).render(<App client={client} preferences={createPreferences()} text={english} />);
