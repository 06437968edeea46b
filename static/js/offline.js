// In an installed app: keeps one page for when there is no connection. In a plain browser nothing is kept.

const WORKER = "/service-worker.js";
const ROOM = "offline-page";
const isApp = matchMedia("(display-mode: standalone), (display-mode: minimal-ui)").matches || navigator.standalone === true;

async function remove(box) {
  const found = await navigator.serviceWorker.getRegistrations();
  await Promise.all(found.map((registration) => registration.unregister()));
  await caches.delete(ROOM);
  box.querySelector("button").hidden = true;
  box.querySelector("[role=status]").textContent = box.dataset.removed;
}

if ("serviceWorker" in navigator) {
  const start = () => navigator.serviceWorker.register(WORKER).catch(() => {});
  if (isApp) start();
  window.addEventListener("appinstalled", start);
  for (const box of document.querySelectorAll("[data-offline]")) {
    const button = box.querySelector("button");
    button.hidden = !(await navigator.serviceWorker.getRegistration());
    button.addEventListener("click", () => remove(box));
  }
}
