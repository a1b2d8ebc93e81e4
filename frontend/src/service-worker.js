// The shell of the application, for a start without the server. The build fills in its name and its files.
const VERSION = '__CACHE__';
const HERE = new URL('./', location).pathname;
const CACHE = `${VERSION} of ${HERE}`;
const FILES = ['__FILES__'];
const LATER = ['__LATER__'];
const NOT_OURS = /^(api|socket\.io|health|public|public-page)(\/|$)/;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
});

// The page that brought it here is served by it from now on, too: what it has not fetched yet is there in an outage.
self.addEventListener('activate', (event) => {
  const drop = (names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name)));
  event.waitUntil(Promise.all([caches.keys().then(drop), clients.claim()]));
});

// Another server below the same address has its own.
function isOld(name) {
  return name !== CACHE && (name.endsWith(` of ${HERE}`) || !name.includes(' of '));
}

// Only when the person agrees: a page that is open keeps the files that it was made of.
self.addEventListener('message', ({ data }) => data === 'take over' && self.skipWaiting());

// Asked for by a page that has nothing else to do; one after the other, and only what is not here yet.
self.addEventListener('message', (event) => event.data === 'fetch the rest' && event.waitUntil(fetchTheRest()));

async function fetchTheRest() {
  const cache = await caches.open(CACHE);
  for (const file of LATER) if (!(await cache.match(file, { ignoreVary: true }))) await cache.add(file);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin || NOT_OURS.test(pathname.slice(HERE.length))) return;
  event.respondWith(kept(request));
});

// A page starts at once from what is kept, whatever the network does; a newer one is offered when it is here.
async function kept(request) {
  const key = request.mode === 'navigate' ? HERE : request;
  return (await caches.match(key, { cacheName: CACHE, ignoreVary: true, ignoreSearch: true })) ?? fetch(request);
}
