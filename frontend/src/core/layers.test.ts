import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Each file imports from the lines above its own, and from its own; there are no circles (`noImportCycles`). */
const LAYERS = [
  // values
  [
    'base',
    'calmed',
    'clock',
    'debug',
    'matching',
    'moments',
    'parts',
    'ranges',
    'types',
    'api',
    'search-query',
    'errors',
    'signal',
    'sizes',
    'speed',
    'steps',
  ],
  // what there is, and what can be done to it
  ['entities'],
  ['transport'],
  ['commands'],
  // what the browser keeps
  ['db', 'local-state', 'read-marks'],
  ['rows', 'storage-quota', 'turns', 'windows', 'queue', 'cache'],
  // what is shown of it
  ['shown-rows', 'locrits', 'listing', 'sight', 'views', 'cached-words'],
  ['store'],
  // what people do
  ['actions', 'files', 'locrit-actions'],
  // between the store and the server
  [
    'artifacts',
    'concepts',
    'history',
    'jobs',
    'leader',
    'legacy',
    'lists',
    'live',
    'memories',
    'models',
    'names',
    'outbox-report',
    'pages',
    'policy',
    'polling',
    'recall',
    'reupload',
    'search',
    'tools',
  ],
  ['outbox', 'scope-sync'],
  ['sync'],
  // all of it
  ['client', 'connection', 'page', 'worker', 'options', 'engine', 'index'],
];

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -'.ts'.length));

const layerOf = (file: string) => LAYERS.findIndex((names) => names.includes(file.split('/')[0] ?? ''));
const source = (file: string) => readFileSync(join(import.meta.dirname, `${file}.ts`), 'utf8');

function imported(file: string): string[] {
  const paths = [...source(file).matchAll(/from '(\.[^']*)'/g)].map(([, path]) => path ?? '');
  return paths.map((path) => normalize(join(dirname(file), path))).filter((path) => !path.startsWith('..'));
}

describe('the engine has an order inside', () => {
  test('in which every file has its place', () => {
    expect(files.filter((file) => layerOf(file) < 0)).toEqual([]);
  });

  test.each(files)('%s knows nothing of what is built on it', (file) => {
    expect(imported(file).filter((other) => layerOf(other) > layerOf(file))).toEqual([]);
  });
});
