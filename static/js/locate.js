// Finds the nearest neighbourhoods, only after a click. The place stays in this browser: the centres come here instead.

const FARTHEST = 15; // km
const SHOWN = 3;

function distance(here, latitude, longitude) {
  const radians = Math.PI / 180;
  const x = (longitude - here.longitude) * radians * Math.cos(((latitude + here.latitude) / 2) * radians);
  return Math.hypot(x, (latitude - here.latitude) * radians) * 6371;
}

async function nearest(box, here) {
  const answer = await fetch(box.dataset.locate);
  const { places } = await answer.json();
  return places
    .map(([name, town, url, latitude, longitude]) => ({ name, town, url, away: distance(here, latitude, longitude) }))
    .filter((place) => place.away < FARTHEST)
    .sort((one, other) => one.away - other.away)
    .slice(0, SHOWN);
}

function link({ name, town, url }) {
  const item = document.createElement("li");
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.className = "chip";
  anchor.textContent = `${name}, ${town}`;
  item.append(anchor);
  return item;
}

function show(status, sentence, places = []) {
  const line = document.createElement("p");
  line.textContent = sentence;
  const list = document.createElement("ul");
  list.className = "actions";
  list.append(...places.map(link));
  status.replaceChildren(line, ...(places.length ? [list] : []));
}

function locate(box) {
  const status = box.querySelector("[role=status]");
  show(status, box.dataset.busy);
  navigator.geolocation.getCurrentPosition(
    async ({ coords }) => {
      try {
        const places = await nearest(box, coords);
        show(status, places.length ? box.dataset.found : box.dataset.far, places);
      } catch {
        show(status, box.dataset.failed);
      }
    },
    () => show(status, box.dataset.failed),
    { timeout: 15000, maximumAge: 600000 },
  );
}

if ("geolocation" in navigator) {
  document.querySelectorAll("[data-locate]").forEach((box) => {
    box.hidden = false;
    box.querySelector("button").addEventListener("click", () => locate(box));
  });
}
