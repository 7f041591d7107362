// Shows the name as it is typed and the logo as it is chosen, before anything is saved.

const form = document.querySelector('form[data-action="centre"]');
const preview = document.querySelector("[data-preview]");
const image = preview.querySelector("[data-preview-logo]");
const words = preview.querySelector("[data-preview-name]");
const problem = document.querySelector("[data-preview-problem]");
const saved = image.getAttribute("src") || "";

function showName() {
  const names = [form.elements.name_zh.value.trim(), form.elements.name_en.value.trim()];
  if (document.documentElement.lang.startsWith("en")) names.reverse();
  words.textContent = names[0] || names[1] || preview.dataset.default;
}

function showLogo(source) {
  image.hidden = !source;
  if (source) image.src = source;
  else image.removeAttribute("src");
}

function choose() {
  const file = form.elements.logo.files[0];
  const gone = form.elements.take_away && form.elements.take_away.checked;
  problem.textContent = "";
  if (!file) return showLogo(gone ? "" : saved);
  if (file.size > Number(problem.dataset.mostBytes)) problem.textContent = problem.dataset.tooLarge;
  const reader = new FileReader();
  reader.addEventListener("load", () => showLogo(reader.result));
  return reader.readAsDataURL(file);
}

image.addEventListener("error", () => {
  showLogo("");
  problem.textContent = problem.dataset.noImage;
});
form.addEventListener("input", showName);
form.addEventListener("change", choose);
