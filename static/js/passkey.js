/* Passkeys need a script: shows their buttons where there is one, and says in words when the device refuses. */
/* A passkey belongs to a name: at a bare number, as of a demo on one's own machine, no browser can make one. */
const hasName = !/^[\d.]+$|:/.test(location.hostname);
for (const form of document.querySelectorAll(".needs-script")) {
  form.hidden = !(window.PublicKeyCredential && hasName);
}
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const words of document.querySelectorAll("[data-passkey-failed]")) words.hidden = false;
});
