/** Replaces a picture that does not load by its text, in a box of the same size. */
export function showTextOfBrokenPictures() {
  document.addEventListener(
    "error",
    ({ target }) => target instanceof HTMLImageElement && replace(target),
    true,
  );
  // Pictures that failed before this ran. A copy, because the collection shrinks with each replacement.
  for (const image of [...document.images]) {
    if (image.complete && image.naturalWidth === 0 && image.currentSrc !== "") replace(image);
  }
}

function replace({ parentElement, alt, title }) {
  if (!parentElement?.matches(".emote")) return;
  const text = document.createElement("span");
  parentElement.replaceChildren(Object.assign(text, { className: "picture-text", textContent: alt, title }));
}
