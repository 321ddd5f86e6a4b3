// Colours as the style sheet has them now: light or dark, the site's twelve, a project's own.
const DARK_PIXELS = new Set([7, 8, 11]);
const brush = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

/** [r, g, b] of any CSS colour as it resolves inside an element (variables, light-dark(), mixes). */
export function rgb(element, css) {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.color = css;
  element.append(probe);
  brush.fillStyle = getComputedStyle(probe).color;
  probe.remove();
  brush.fillRect(0, 0, 1, 1);
  return [...brush.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

export const text = ([r, g, b]) => `rgb(${r} ${g} ${b})`;

/** Pixel colour 0..11 as [r, g, b]. */
export function pixels(element) {
  return Array.from({ length: 12 }, (_, index) => rgb(element, `var(--p${index})`));
}

/** What can be read on a pixel colour: dark ink, but white on cobalt, grape and cocoa. */
export const onPixel = (index) => (DARK_PIXELS.has(index) ? [255, 255, 255] : [29, 21, 44]);

/** A one-hue ramp of the element's own colour, from light (0) to dark (steps - 1). */
export function ramp(element, steps = 17) {
  const own = getComputedStyle(element).getPropertyValue("--c").trim() ? "var(--c)" : "var(--act)";
  return Array.from({ length: steps }, (_, index) => {
    const at = index / (steps - 1);
    const end = at < 0.6 ? "white" : "black";
    const share = at < 0.6 ? 25 + (75 * at) / 0.6 : 100 - 55 * ((at - 0.6) / 0.4);
    return rgb(element, `color-mix(in oklab, ${own} ${share.toFixed(0)}%, ${end})`);
  });
}

/** Call back when light turns to dark or back, by the system or by the page's own switch. */
export function onTheme(callback, signal) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", callback, { signal });
  document.addEventListener("theme:change", callback, { signal });
}
