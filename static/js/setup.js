// Copying and printing on the pages of setting up. Without the clipboard the text is selected, ready for Ctrl+C.

const toast = document.querySelector("[data-toast]");
let hiding = 0;

function say(text) {
  clearTimeout(hiding);
  toast.textContent = text;
  hiding = setTimeout(() => { toast.textContent = ""; }, 6000);
}

async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    say(toast.dataset.copied);
  } catch (_error) {
    field.focus();
    field.select();
    say(toast.dataset.notCopied);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy-from]");
  if (button) copy(document.getElementById(button.dataset.copyFrom));
  if (event.target.closest("[data-print]")) window.print();
});
