// The shell of the application, for a start without the server. The build fills in its name and its files.
const CACHE = '__CACHE__';
const FILES = ['__FILES__'];
const NOT_OURS = /^\/(api|socket\.io|health)(\/|$)/;
const PATIENCE_MS = 4_000;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
});

self.addEventListener('activate', (event) => {
  const drop = (names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(drop));
});

// Only when the person agrees: a page that is open keeps the files that it was made of.
self.addEventListener('message', ({ data }) => data === 'take over' && self.skipWaiting());

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin || NOT_OURS.test(pathname)) return;
  event.respondWith(request.mode === 'navigate' ? page(request) : file(request));
});

async function page(request) {
  const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => undefined);
  return answer !== undefined && answer.status < 500 ? answer : ((await cached('/')) ?? answer ?? Response.error());
}

async function file(request) {
  return (await cached(request)) ?? fetch(request);
}

function cached(request) {
  return caches.match(request, { ignoreVary: true, ignoreSearch: true });
}
