// While somebody types a post: shows what is there already that fits. Without it the last step of placing still does.
// What is typed goes to our own server in the body of a request, and is kept nowhere.

const PAUSE = 700; // ms without a key
const ENOUGH = 12; // characters

function tips(box) {
  const form = box.previousElementSibling;
  const said = document.getElementById("tips-gezegd");
  let timer, asking, asked, shown = "";

  const say = (number) => {
    if (!number) return said.replaceChildren();
    const link = document.createElement("a");
    link.href = "#past-al";
    link.textContent = (number === 1 ? box.dataset.one : box.dataset.more).replace("{n}", number);
    said.replaceChildren(link);
  };

  const show = (html) => {
    if (html === shown || box.contains(document.activeElement)) return;
    shown = html;
    box.innerHTML = html;
    box.querySelectorAll("a").forEach((link) => {
      link.target = "_blank"; // what is typed stays where it is
      link.rel = "noopener";
    });
    say(box.querySelectorAll(".board > li").length);
  };

  const ask = async () => {
    const { kind, draft = "" } = box.dataset;
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "title", "text", "theme"]) body.set(name, form.elements[name]?.value ?? "");
    body.set("kind", kind);
    body.set("draft", draft);
    const enough = (body.get("title") + body.get("text")).trim().length >= ENOUGH;
    const words = enough && JSON.stringify([...body]);
    if (words === asked) return;
    asked = words;
    if (!enough) return show("");
    asking = new AbortController();
    try {
      const answer = await fetch(box.dataset.tips, { method: "POST", body, signal: asking.signal });
      if (answer.ok && !answer.redirected) show((await answer.text()).trim());
    } catch {
      asked = undefined; // no tips is no trouble
    }
  };

  said.hidden = false;
  form.addEventListener("input", () => {
    asking?.abort();
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
}

document.querySelectorAll("[data-tips]").forEach(tips);
