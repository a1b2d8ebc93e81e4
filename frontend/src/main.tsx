import { createRoot } from 'react-dom/client';
import { basePath, createClient } from './core';
import { App } from './ui/App';
import { createPreferences } from './ui/preferences';
import { languageOf, textOf } from './ui/text/text';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/inter/wght-italic.css';
import '@fontsource-variable/source-serif-4/wght.css';
import '@fontsource-variable/source-serif-4/wght-italic.css';
import '@fontsource-variable/jetbrains-mono';
import './ui/styles.css';

// Who comes around the proxy that shows it below a path is sent there.
if (!location.pathname.startsWith(basePath())) location.replace(basePath());

const client = createClient();
client.start().catch((error: unknown) => console.error(error)); // Also in `connection.problem`, which the page shows.

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root.');
const preferences = createPreferences();
const text = await textOf(languageOf(preferences.get().language, navigator.languages));
createRoot(root).render(<App client={client} preferences={preferences} text={text} />);
