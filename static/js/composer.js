// Moves, adds and removes the blocks of a newsletter without a round to the server. Without it each button sends the form.

const BLANK = "99999";

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
const nameOf = (block) => block.querySelector("legend").textContent.replace(/^\s*\d*\.\s*/, "").trim();

function composer(form) {
  const list = form.querySelector("[data-blocks]");
  const told = form.querySelector("[data-told]");
  const note = form.querySelector("[data-unsaved-note]");
  const blocks = () => [...list.querySelectorAll("[data-block]")];
  let unsaved = false;

  const changed = () => {
    unsaved = true;
    note.textContent = form.dataset.unsaved;
    note.hidden = false;
  };

  const tell = (words, values) => {
    told.replaceChildren(fill(words, values));
  };

  const renumber = () => {
    const all = blocks();
    all.forEach((block, place) => {
      block.querySelector("[data-number]").textContent = place + 1;
      block.querySelector('[data-move="-1"]').hidden = place === 0;
      block.querySelector('[data-move="1"]').hidden = place === all.length - 1;
    });
    form.querySelector("[data-add]").hidden = all.length >= Number(form.dataset.most);
  };

  const move = (button, block, step) => {
    const other = step < 0 ? block.previousElementSibling : block.nextElementSibling;
    if (!other) return;
    const top = block.getBoundingClientRect().top;
    if (step < 0) other.before(block);
    else other.after(block);
    renumber();
    window.scrollBy(0, block.getBoundingClientRect().top - top); // the block stays under the finger
    (button.hidden ? block.querySelector("[data-move]:not([hidden])") : button)?.focus({ preventScroll: true });
    const all = blocks();
    tell(form.dataset.moved, { block: nameOf(block), place: all.indexOf(block) + 1, all: all.length });
    changed();
  };

  const remove = (block) => {
    const next = block.nextElementSibling;
    const near = next ?? block.previousElementSibling;
    block.remove();
    renumber();
    tell(form.dataset.removed, { block: nameOf(block) });
    const back = document.createElement("button");
    back.type = "button";
    back.className = "button quiet small";
    back.textContent = form.dataset.undo;
    back.addEventListener("click", () => {
      if (next?.isConnected) next.before(block);
      else list.append(block);
      told.replaceChildren();
      renumber();
      block.querySelector("[data-remove]").focus();
    });
    told.append(" ", back);
    (near ? near.querySelector("[data-remove]") : back).focus({ preventScroll: true });
    changed();
  };

  const add = (kind) => {
    const keys = [...form.querySelectorAll("[data-block]")].map((block) => Number(block.dataset.block));
    const key = String(Math.max(-1, ...keys, ...used) + 1);
    used.push(Number(key));
    const blank = document.querySelector(`template[data-blank="${kind}"]`);
    const holder = document.createElement("template");
    holder.innerHTML = blank.innerHTML.replaceAll(BLANK, key);
    list.append(holder.content);
    renumber();
    const block = blocks().at(-1);
    tell(form.dataset.added, { block: nameOf(block), place: blocks().length });
    block.scrollIntoView({ block: "nearest" });
    block.querySelector("input:not([type=hidden]), textarea, select")?.focus();
    changed();
  };

  const used = []; // a removed block may come back, so its key is never given again
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=doe]");
    if (!button) return;
    const block = button.closest("[data-block]");
    const [verb, kind] = button.value.split(":");
    if (button.dataset.move) move(button, block, Number(button.dataset.move));
    else if ("remove" in button.dataset) {
      used.push(Number(block.dataset.block));
      remove(block);
    } else if (verb === "erbij") add(kind);
    else return;
    event.preventDefault();
  });
  form.addEventListener("input", changed);
  form.addEventListener("submit", () => {
    unsaved = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
}

document.querySelectorAll("[data-composer]").forEach(composer);
