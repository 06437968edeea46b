/* Passkeys need a script: shows their buttons where there is one, and says in words when the device refuses. */
for (const form of document.querySelectorAll(".needs-script")) {
  form.hidden = !window.PublicKeyCredential;
}
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const words of document.querySelectorAll("[data-passkey-failed]")) words.hidden = false;
});
