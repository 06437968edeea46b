// Shows one page of ours when an installed app has no connection. Keeps that page and its looks, and nothing else:
// no page that somebody read, nothing that somebody typed.

const ROOM = "offline-page";
const PAGE = "/offline/";
const LOOKS = [
  "/static/css/site.css",
  "/static/vendor/atkinson-hyperlegible-next-5.3.0/latin.woff2",
  "/static/vendor/bricolage-grotesque-5.3.0/latin.woff2",
  "/static/img/favicon.svg",
];

async function fill() {
  const room = await caches.open(ROOM);
  // Without cookies: the page that comes back is nobody's.
  await room.addAll([PAGE, ...LOOKS].map((url) => new Request(url, { credentials: "omit", cache: "reload" })));
}

async function unlessOffline(request, kept) {
  try {
    return await fetch(request);
  } catch (failure) {
    const found = await caches.match(kept);
    if (found) return found;
    throw failure;
  }
}

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const path = new URL(request.url).pathname;
  if (request.mode === "navigate") event.respondWith(unlessOffline(request, PAGE));
  else if (LOOKS.includes(path)) event.respondWith(unlessOffline(request, path));
});
