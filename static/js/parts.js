// Fetches the page again and takes over the named parts of it: <div data-part="head">. Calls that come while one
// is on its way lead to one more, so that the last state always gets onto the page.
let running = false;
let again = false;

async function fetched() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

function take(fresh) {
  for (const part of document.querySelectorAll("[data-part]")) {
    const next = fresh.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
    if (!next || next.innerHTML === part.innerHTML) continue;
    const focused = part.contains(document.activeElement);
    part.replaceChildren(...next.childNodes);
    if (focused) part.querySelector("a, button, input")?.focus({ preventScroll: true });
  }
}

/** Bring every [data-part] of this page up to date; resolves to the fresh document, or null when that failed. */
export async function refresh() {
  if (running) {
    again = true;
    return null;
  }
  running = true;
  try {
    const fresh = await fetched();
    if (fresh) take(fresh);
    return fresh;
  } catch {
    // The network is gone: the live connection says so, and its snapshot comes back here.
    return null;
  } finally {
    running = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}
