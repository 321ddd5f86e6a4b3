// An embed on somebody's page: looks now and then whether the project may still be shown, and draws large walls anew.
const EVERY = 25_000;

async function look() {
  if (document.visibilityState !== "visible") return;
  try {
    const answer = await fetch(location.href, { method: "HEAD", cache: "no-store", credentials: "omit" });
    // Made private or hidden meanwhile: the page that comes now says nothing of it.
    if (answer.status === 404) location.reload();
  } catch {
    return; // No network: what is shown stays until there is one.
  }
  for (const picture of document.querySelectorAll("img[data-again]")) picture.src = `${picture.src.split("?")[0]}?${Date.now()}`;
}

setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
