// The lists of work: copying a number, and menus that close as people expect.

const toast = document.querySelector("[data-toast]");
let hiding = 0;

function say(text) {
  clearTimeout(hiding);
  toast.textContent = text;
  hiding = setTimeout(() => { toast.textContent = ""; }, 6000);
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    say(toast.dataset.copied);
  } catch (_error) {
    say(toast.dataset.copyFailed);
  }
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("[data-menu]"));
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  const menu = event.target.closest("[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
