// Light, dark, or what the system says: three buttons in [data-theme-switch], each with data-theme-to. The choice is
// stored; theme.js sets it before the first paint of every page, other open windows follow.
const root = document.documentElement;

function chosen() {
  return root.dataset.theme ?? "";
}

function show() {
  for (const button of document.querySelectorAll("[data-theme-to]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeTo === chosen()));
  }
}

function set(theme) {
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
  show();
  document.dispatchEvent(new CustomEvent("theme:change"));
}

function keep(theme) {
  try {
    if (theme) localStorage.setItem("theme", theme);
    else localStorage.removeItem("theme");
  } catch {
    // Without storage the choice lasts for this page.
  }
}

/** Show the switch, which nothing could be done with without scripts, and hear it. */
export function offerThemes() {
  for (const group of document.querySelectorAll("[data-theme-switch]")) group.hidden = false;
  for (const button of document.querySelectorAll("[data-theme-to]")) {
    button.addEventListener("click", () => {
      keep(button.dataset.themeTo);
      set(button.dataset.themeTo);
    });
  }
  addEventListener("storage", ({ key, newValue }) => key === "theme" && set(newValue ?? ""));
  show();
}
