// Tells how many characters are left in a text field. Without it the server still says so after sending.

function watch(line) {
  const area = document.getElementById(line.dataset.counter);
  if (!area) return;
  const most = Number(line.dataset.max);
  area.removeAttribute("maxlength"); // a paste that is too long may be shortened by its writer, not cut off unseen
  const tell = () => {
    const left = most - [...area.value].length;
    line.classList.toggle("is-over", left < 0);
    line.hidden = left > most * 0.8;
    const words = left < 0 ? line.dataset.over : line.dataset.left;
    line.textContent = words.replace("{n}", Math.abs(left));
  };
  area.addEventListener("input", tell);
  tell();
}

document.querySelectorAll("[data-counter]").forEach(watch);
